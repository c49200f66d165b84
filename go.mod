module tesuji

go 1.26
