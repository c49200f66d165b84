package main

import (
	"net/url"
	"strings"
	"syscall/js"
)

// chosen is the agent in the page's address, such as ?agent=ppo-cartpole; "" if it names none.
func chosen() string {
	query := strings.TrimPrefix(js.Global().Get("location").Get("search").String(), "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return values.Get("agent")
}

// fail tells the page, which shows it.
func fail(err error) { js.Global().Call("tell", err.Error()) }
