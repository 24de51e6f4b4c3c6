"""`python train.py --dataset mnist`: train the generator that the game is played against."""

import sys

from gan.training_command import run_train_command

if __name__ == "__main__":
    sys.exit(run_train_command(sys.argv[1:]))
