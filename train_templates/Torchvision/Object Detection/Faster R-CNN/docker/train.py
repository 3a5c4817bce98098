"""Train Faster R-CNN on labelled boxes and report its mean average precision on the test part."""

from __future__ import annotations

import copy
import signal
import sys
from pathlib import Path

import torch
from args import get_args
from detector import OneImage, make_detector, set_training
from evaluation import Precision, evaluate
from export import export_model
from samples import Samples, collate
from torch.utils.data import DataLoader

STOPPED = 143  # what a program ended by SIGTERM returns
MAX_GRADIENT = 10.0

stop_asked = False


def ask_to_stop(*_):
    global stop_asked
    stop_asked = True


def augmented(args, image, target):
    """The image, with values from 0 to 1, in other light and perhaps mirrored with its boxes."""
    image = image.float() / 255
    if args.light_changes:
        contrast, brightness = 1 + (torch.rand(2) * 2 - 1) * args.light_changes
        image = ((image - image.mean()) * contrast + image.mean() * brightness).clamp(0, 1)
    if args.flip and torch.rand(1) < 0.5:
        boxes = target["boxes"].clone()
        boxes[:, [0, 2]] = image.shape[2] - target["boxes"][:, [2, 0]]
        image, target = image.flip(2), {**target, "boxes": boxes}
    return image, target


def train_epoch(args, model, loader, optimizer, scheduler, device) -> float:
    set_training(model)
    total = count = 0
    for images, targets in loader:
        if stop_asked:
            break
        pairs = [augmented(args, image, target) for image, target in zip(images, targets)]
        losses = model(
            [image.to(device) for image, _ in pairs],
            [{key: value.to(device) for key, value in target.items()} for _, target in pairs],
        )
        loss = sum(losses.values())
        if not torch.isfinite(loss):
            sys.exit("Error: the loss became infinite. Try a smaller learning rate.")
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRADIENT)
        optimizer.step()
        scheduler.step()
        total, count = total + loss.item() * len(images), count + len(images)
    return total / max(1, count)


def fit(args, model, train_loader, test_loader, class_names, device) -> Precision:
    """Train, and leave the model as it was after its best epoch; returns the precision of that one."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=args.learning_rate, weight_decay=args.weight_decay)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, args.learning_rate, total_steps=args.epochs * len(train_loader), pct_start=0.2
    )
    best, best_state = None, None
    for epoch in range(1, args.epochs + 1):
        loss = train_epoch(args, model, train_loader, optimizer, scheduler, device)
        precision = evaluate(model, test_loader, class_names, device)
        print(
            f"epoch {epoch}/{args.epochs} train_loss={loss:.4f} val_map50={precision.at_50:.4f} "
            f"val_map={precision.mean:.4f}",
            flush=True,
        )
        if best is None or precision.mean >= best.mean:
            best, best_state = precision, copy.deepcopy(model.state_dict())
        if stop_asked:
            print(f"Ended after epoch {epoch}: asked to stop.")
            break
    model.load_state_dict(best_state)
    return best


def main() -> None:
    signal.signal(signal.SIGTERM, ask_to_stop)
    args = get_args()
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    train_data = Samples(args.images_dir, args.labels_dir, "train", args.img_size)
    test_data = Samples(args.images_dir, args.labels_dir, "val", args.img_size)
    names = train_data.class_names
    print(
        f"{len(train_data)} images to train, {len(test_data)} to test, {len(names)} classes: {', '.join(names)}. "
        f"Training on {torch.cuda.get_device_name() if device.type == 'cuda' else 'the CPU'}.",
        flush=True,
    )
    loading = {"batch_size": args.batch_size, "num_workers": args.workers, "collate_fn": collate}
    train_loader, test_loader = DataLoader(train_data, shuffle=True, **loading), DataLoader(test_data, **loading)

    model = make_detector(args.backbone, args.pretrained, len(names), args.img_size, args.max_detections).to(device)
    best = fit(args, model, train_loader, test_loader, names, device)
    for name, value in best.of_class.items():
        print(f"  {name}: mAP@.5 {value:.4f}")
    print(f"Final mAP@.5:.95: {best.mean:.4f}")
    print(f"Final mAP@.5: {best.at_50:.4f}")

    output = Path(args.output_dir)
    output.mkdir(parents=True, exist_ok=True)
    model.cpu().eval()
    facts = {"backbone": args.backbone, "class_names": names, "img_size": args.img_size}
    export_model(
        OneImage(model),
        str(output / "model.pt"),
        "pytorch",
        lambda wrapped, path: torch.save({**facts, "state_dict": wrapped.detector.state_dict()}, path),
        sample_inputs=[test_data[0][0][None].float().numpy() / 255],
        input_names=["images"],
        output_names=["boxes", "scores", "labels"],
        class_names=names,
        preprocessing={
            "layout": "NCHW",
            "color": "RGB",
            # Scaled to fit, put into the upper left corner, the rest filled.
            "resize": [args.img_size, args.img_size],
            "keep_aspect_ratio": True,
            "fill": [114, 114, 114],
            "scale": 1 / 255,
            "mean": [0.0, 0.0, 0.0],
            "std": [1.0, 1.0, 1.0],
        },
        detector=True,
    )
    if stop_asked:
        print("Stopped early; the best model so far was saved.")
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
