"""`python play.py`: tell real pictures from a GAN's."""

import sys

from game.play_command import run_play_command

if __name__ == "__main__":
    sys.exit(run_play_command(sys.argv[1:]))
