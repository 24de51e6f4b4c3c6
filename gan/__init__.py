"""The GAN: datasets, networks, training, sampling and the judge that measures it."""
