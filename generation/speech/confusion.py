import numpy as np

HEARD_FOR = np.full((15, 15), 0.3) + np.eye(15) * 5
HEARD_FOR /= HEARD_FOR.sum(1, keepdims=True)
