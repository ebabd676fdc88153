// Package driver is the loop that every Go driver runs: a line of JSON in, a line of JSON out.
package driver

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Header is a record's header as JSON has it: a pair of its key and its value.
type Header struct {
	Key   string
	Value []byte
}

func (h Header) MarshalJSON() ([]byte, error) { return json.Marshal([2]any{h.Key, h.Value}) }

func (h *Header) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[2]any{&h.Key, &h.Value})
}

// Record is one that is to be produced or was read; nil bytes are null.
type Record struct {
	Partition *int32   `json:"partition,omitempty"`
	Offset    int64    `json:"offset"`
	Key       []byte   `json:"key"`
	Value     []byte   `json:"value"`
	Headers   []Header `json:"headers"`
	Timestamp *int64   `json:"timestamp,omitempty"`
}

// From says where reading starts: at a word, an offset or a time.
type From struct {
	Word   string
	Offset *int64
	Time   *int64
}

func (f *From) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &f.Word) == nil || json.Unmarshal(data, &f.Offset) == nil {
		return nil
	}
	return json.Unmarshal(data, &struct{ Time **int64 }{&f.Time})
}

// Command is a line of input.
type Command struct {
	Do         string
	Topic      string
	Partition  int32
	Partitions int32
	Configs    map[string]string
	Before     int64
	Records    []Record
	Codec      string
	Acks       string
	Idempotent bool
	From       From
	Group      string
	Kind       string
	Member     string
	Count      int
	TimeoutMs  int64 `json:"timeout_ms"`
}

// Words are an answer.
type Words map[string]any

// Told is what is told of a record that was produced.
func Told(partition int32, offset int64, err error, codeOf func(error) any) Words {
	if err != nil {
		return failure(err, codeOf)
	}
	return Words{"partition": partition, "offset": offset}
}

func failure(err error, codeOf func(error) any) Words {
	return Words{"error": Words{"code": codeOf(err), "message": fmt.Sprintf("%T: %v", err, err)}}
}

// Serve answers until its input ends. codeOf finds Kafka's code in an error, or nil.
func Serve(answer func(Command) (Words, error), codeOf func(error) any) {
	in, out := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var command Command
		if err = json.Unmarshal(line, &command); err == nil {
			var words Words
			if words, err = answer(command); err == nil {
				if words == nil {
					words = Words{}
				}
				err = out.Encode(words)
			} else {
				err = out.Encode(failure(err, codeOf))
			}
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
