// Package npy reads and writes NumPy's files of arrays: .npy holds one, .npz is a zip of them.
//
// The format is numpy/lib/format.py's, versions 1.0, 2.0 and 3.0: the bytes \x93NUMPY, the
// version, the length of a header, the header (a Python literal of a dict with descr,
// fortran_order and shape), the elements. Booleans, integers and floats of every size and byte
// order are read; strings, records, complex numbers and pickled objects are refused by name.
package npy
