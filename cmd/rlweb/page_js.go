package main

import (
	"fmt"
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

// weights returns the weights file of a preset, which lies beside the program: a page loads that of the
// agent that it shows only.
func weights(name string) ([]byte, error) {
	file := "weights/" + name + ".safetensors"
	answer, err := await(js.Global().Call("fetch", file))
	if err == nil && !answer.Get("ok").Bool() {
		err = fmt.Errorf("%s %s", answer.Get("status"), answer.Get("statusText").String())
	}
	if err == nil {
		answer, err = await(answer.Call("arrayBuffer"))
	}
	if err != nil {
		return nil, fmt.Errorf("%s could not be loaded: %w", file, err)
	}
	content := js.Global().Get("Uint8Array").New(answer)
	b := make([]byte, content.Length())
	js.CopyBytesToGo(b, content)
	return b, nil
}

// await waits for a promise.
func await(promise js.Value) (js.Value, error) {
	kept, broken := make(chan js.Value, 1), make(chan js.Value, 1)
	then := js.FuncOf(func(_ js.Value, args []js.Value) any { kept <- args[0]; return nil })
	defer then.Release()
	catch := js.FuncOf(func(_ js.Value, args []js.Value) any { broken <- args[0]; return nil })
	defer catch.Release()
	promise.Call("then", then, catch)
	select {
	case v := <-kept:
		return v, nil
	case reason := <-broken:
		return js.Undefined(), fmt.Errorf("%s", reason.Call("toString").String())
	}
}
