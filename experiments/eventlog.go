package experiments

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tesuji/experiments/tfevents"
)

// eventLog is the run's TensorBoard file.
type eventLog struct {
	path, name string
	size       int64
	file       *os.File
	w          *tfevents.Writer
}

func createEvents(dir string, now time.Time) (*eventLog, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	l := &eventLog{name: tfevents.FileName(now, host)}
	l.path = filepath.Join(dir, l.name)
	if l.file, err = os.Create(l.path); err != nil {
		return nil, err
	}
	l.w = tfevents.NewWriter(l)
	return l, l.wrap(l.w.Version(unix(now)))
}

// resumeEvents goes on after the first size bytes of a file. TensorBoard's file is a copy of
// progress.csv for the eye: if it is gone or too short a new one is begun.
func resumeEvents(dir, name string, size int64, now time.Time) (l *eventLog, warning string, err error) {
	path := filepath.Join(dir, name)
	st, err := os.Stat(path)
	if err != nil || filepath.Base(name) != name || st.Size() < size {
		l, err = createEvents(dir, now)
		return l, fmt.Sprintf("%s is missing or too short: TensorBoard's curves go on in a new file", path), err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0o644)
	if err != nil {
		return nil, "", err
	}
	l = &eventLog{path: path, name: name, size: size, file: f}
	l.w = tfevents.NewWriter(l)
	if err = f.Truncate(size); err == nil {
		_, err = f.Seek(size, 0)
	}
	return l, "", l.wrap(err)
}

// Write counts what goes into the file.
func (l *eventLog) Write(b []byte) (int, error) {
	n, err := l.file.Write(b)
	l.size += int64(n)
	return n, err
}

func (l *eventLog) add(key string, v float64) { l.w.Add(key, v) }

func (l *eventLog) write(now time.Time, steps int64) error {
	return l.wrap(l.w.Write(unix(now), steps))
}

func (l *eventLog) sync() error { return l.wrap(l.file.Sync()) }

func (l *eventLog) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

func (l *eventLog) wrap(err error) error {
	if err != nil {
		err = writeError(l.path, err)
	}
	return err
}

func unix(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }
