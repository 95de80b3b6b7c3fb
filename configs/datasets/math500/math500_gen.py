"""The canonical setting: 0-shot chain of thought."""

from mmengine.config import read_base

with read_base():
    pass
