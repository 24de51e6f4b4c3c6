"""What each network minimises: pure functions of logits, for which above 0 means “real”."""

import torch.nn.functional as F
from torch import Tensor


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Returns −log D(x) − log(1 − D(G(z))), averaged over the batch (Goodfellow et al. 2014, eq. 1)."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits: Tensor) -> Tensor:
    """Returns the non-saturating −log D(G(z)), averaged over the batch (Goodfellow et al. 2014, §3)."""
    return F.softplus(-fake_logits).mean()
