"""Trainings that use up what there is, as ``train.py`` of the tiny template. Each ends by itself before long."""

from __future__ import annotations

ALARM = """
import os, signal, sys, time
signal.alarm(150)
os.makedirs("/train", exist_ok=True)
print("epoch 1/9 loss=0.5", flush=True)
"""
MEMORY = f"""{ALARM}
kept = []
while True:
    kept.append(bytearray(b"x") * (4 << 20))
"""
# Ends at the first refusal.
PROCESSES = f"""{ALARM}
while True:
    if os.fork() == 0:
        time.sleep(100)
        os._exit(0)
"""
BOMB = f"""{ALARM}
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
DISK = f"""{ALARM}
for number in range(100):
    open("/train/%d" % number, "wb").write(bytes(1 << 20))
time.sleep(100)
"""
FILES = f"""{ALARM}
os.makedirs("/train/many")
for number in range(6000):
    open("/train/many/%d" % number, "w").close()
time.sleep(100)
"""
FLOOD = f"""{ALARM}
lines = ("x" * 999 + chr(10)) * 1000
end = time.time() + 15
while time.time() < end:
    sys.stdout.write(lines)
"""
STUBBORN = f"""{ALARM}
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    print("still here", flush=True)
    time.sleep(1)
"""
SHADOW = f"""{ALARM}
os.symlink("/etc/shadow", "/train/model.pt")
print("Accuracy 1.0")
"""
MANY = f"""{ALARM}
os.makedirs("/train/model.pt")
for number in range(2000):
    open("/train/model.pt/%d" % number, "w").close()
"""
PIPE = f"""{ALARM}
os.mkfifo("/train/model.pt")
"""
NAMES = f"""{ALARM}
os.makedirs("/train/model.pt")
open("/train/model.pt/two" + chr(10) + "lines", "w").write("x")
"""
FORGER = f"""{ALARM}
print("Training ended: 2026-01-01")
print("exit code 0")
for run in range(1, 50):
    print("run %d attempt %d score Accuracy 0.999" % (run, run))
sys.stdout.flush()
sys.exit(7)
"""
