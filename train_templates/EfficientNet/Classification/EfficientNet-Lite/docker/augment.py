"""Random changes to training images, made for a whole batch at once on the device that trains."""

from __future__ import annotations

import math

import torch
from torch.nn import functional

# Largest turn in degrees, zoom, shift (as a share of the image), change of brightness and contrast.
STRENGTHS = {"none": None, "light": (8.0, 0.1, 0.06, 0.15), "strong": (25.0, 0.3, 0.15, 0.4)}


def augment(images: torch.Tensor, strength: str, flip: bool) -> torch.Tensor:
    """Turned, zoomed, shifted, flipped and relit copies of images ``[N, 3, S, S]`` with values from 0 to 1."""
    if flip:
        flipped = torch.rand(len(images), device=images.device) < 0.5
        images = torch.where(flipped[:, None, None, None], images.flip(3), images)
    limits = STRENGTHS[strength]
    if limits is None:
        return images
    degrees, zoom, shift, light = limits
    images = _warp(images, math.radians(degrees), zoom, shift)
    brightness = 1 + _random(images, light)[:, None, None, None]
    contrast = 1 + _random(images, light)[:, None, None, None]
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return ((images - mean) * contrast + mean * brightness).clamp(0, 1)


def _random(images: torch.Tensor, limit: float) -> torch.Tensor:
    """One number per image, between -limit and limit."""
    return (torch.rand(len(images), device=images.device) * 2 - 1) * limit


def _warp(images: torch.Tensor, angle: float, zoom: float, shift: float) -> torch.Tensor:
    angles, scales = _random(images, angle), 1 + _random(images, zoom)
    matrices = torch.zeros(len(images), 2, 3, device=images.device)
    matrices[:, 0, 0] = matrices[:, 1, 1] = torch.cos(angles) * scales
    matrices[:, 0, 1], matrices[:, 1, 0] = -torch.sin(angles) * scales, torch.sin(angles) * scales
    matrices[:, 0, 2], matrices[:, 1, 2] = _random(images, 2 * shift), _random(images, 2 * shift)
    grid = functional.affine_grid(matrices, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="reflection", align_corners=False)
