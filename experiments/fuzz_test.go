package experiments

import (
	"bytes"
	"testing"

	"tesuji/envs"
	"tesuji/snapshot"
)

// FuzzParseTable: whatever a file holds, reading it gives a table or an error.
func FuzzParseTable(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n,3\n"), int64(5))
	f.Add([]byte("a\n\x00\n1"), int64(1))
	f.Add([]byte(""), int64(0))
	f.Fuzz(func(t *testing.T, b []byte, limit int64) {
		if limit < 0 {
			return // a snapshot with such a number is refused before
		}
		table, err := parseTable(b, limit)
		if err != nil {
			return
		}
		if int64(table.Len()) > limit || table.Len() > bytes.Count(b, []byte("\n")) {
			t.Fatalf("%d rows, limit %d", table.Len(), limit)
		}
		for i := range table.Len() {
			for _, c := range table.Columns {
				table.Float(i, c)
			}
		}
	})
}

// FuzzRecorderState: whatever a snapshot holds, restoring it gives a recorder that works or an
// error.
func FuzzRecorderState(f *testing.F) {
	r := newRecorder("", agentLayout)
	r.csv, r.events = &csvLog{columns: r.sorted(), rows: 3}, &eventLog{name: "events", size: 12}
	r.Episode(envs.Episode{Return: 1, Length: 2})
	r.Record("train/loss", 2)
	b, err := snapshot.Save(r)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		r := newRecorder("", agentLayout)
		if err := snapshot.Restore(b, r); err != nil {
			return
		}
		r.Episode(envs.Episode{Return: 1, Length: 2})
		r.Record("train/other", 1)
		if _, err := snapshot.Save(r); err != nil {
			t.Fatal(err)
		}
	})
}
