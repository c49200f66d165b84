package kernel

func detect() set { return setGo }
