"""Writes arrays.npz with NumPy (python -m pip install numpy): each array counts up from 0 in row-major order,
whatever its type, byte order, layout or version of the format, which its name tells."""
import io
import zipfile

import numpy as np

arrays = {}
for kind in ["b1", "i1", "u1", "i2", "u2", "f2", "i4", "u4", "f4", "i8", "u8", "f8"]:
    arrays[f"{kind}-2x3"] = np.arange(6).reshape(2, 3).astype(kind)  # as b1: 0 1 1 1 1 1
arrays["f4-"] = np.zeros((), "f4")
arrays["f4-0x4"] = np.zeros((0, 4), "f4")
arrays["f4-7"] = np.arange(7, dtype="f4")
arrays["f4-1x1x2x1x3"] = np.arange(6, dtype="f4").reshape(1, 1, 2, 1, 3)
arrays["f4-12345x0x67890"] = np.zeros((12345, 0, 67890), "f4")
arrays["f4-3x5-fortran"] = np.asfortranarray(np.arange(15, dtype="f4").reshape(3, 5))
arrays["i2-2x3x4-fortran"] = np.asfortranarray(np.arange(24, dtype="i2").reshape(2, 3, 4))
arrays["f4-2x3-big"] = np.arange(6, dtype=">f4").reshape(2, 3)
arrays["f8-2x3-big-fortran"] = np.asfortranarray(np.arange(6, dtype=">f8").reshape(2, 3))
arrays["f4-2x3-version2"] = arrays["f4-2x3-version3"] = np.arange(6, dtype="f4").reshape(2, 3)

with zipfile.ZipFile("arrays.npz", "w", zipfile.ZIP_DEFLATED) as z:
    for name, a in arrays.items():
        version = (2, 0) if "version2" in name else (3, 0) if "version3" in name else (1, 0)
        b = io.BytesIO()
        np.lib.format.write_array(b, a, version=version, allow_pickle=False)
        z.writestr(zipfile.ZipInfo(name + ".npy"), b.getvalue(), zipfile.ZIP_DEFLATED)
