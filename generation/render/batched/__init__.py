"""Many frames at once on a GPU, by torch: the same rig, the same plans and the same formulas as one by one here.

Vertices, triangles and small masks stay on the CPU, frame by frame in threads; sampling, light, folds, eyes and
mouth are reckoned for a batch on the device. Nothing outside this folder imports torch.
"""
