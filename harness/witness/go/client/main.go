// A client on the Go SDK that does what a line of the matrix asks: witness REVISION URL|COMMAND
// It prints one line per exercise: its name, a tab, and "ok" or what went wrong.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

var session *mcp.ClientSession

func report(name string, does func(context.Context) error) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second)
	defer cancel()
	err := does(ctx)
	said := "ok"
	if err != nil {
		said = strings.Join(strings.Fields(err.Error()), " ")
	}
	fmt.Printf("%s\t%s\n", name, said[:min(len(said), 200)])
	return err == nil
}

func insist(holds bool, what string) error {
	if holds {
		return nil
	}
	return errors.New(what)
}

func call(ctx context.Context, name string, arguments map[string]any, token any) (string, error) {
	params := &mcp.CallToolParams{Name: name}
	if arguments != nil { // a nil map would be sent as null, which is no object
		params.Arguments = arguments
	}
	if token != nil {
		params.SetProgressToken(token)
	}
	result, err := session.CallTool(ctx, params)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(result.Content)
	return string(text), err
}

func main() {
	revision, where := os.Args[1], os.Args[2]
	updated := make(chan bool, 10)
	seen := make(chan bool, 100)
	client := mcp.NewClient(&mcp.Implementation{Name: "assay-witness", Version: "1.0.0"}, &mcp.ClientOptions{
		CreateMessageHandler: func(context.Context, *mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
			return &mcp.CreateMessageResult{Role: "assistant", Model: "none", Content: &mcp.TextContent{Text: "said"}}, nil
		},
		ElicitationHandler: func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
			return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"username": "ada", "email": "ada@example.com"}}, nil
		},
		ProgressNotificationHandler: func(context.Context, *mcp.ProgressNotificationClientRequest) { seen <- true },
		ResourceUpdatedHandler:      func(context.Context, *mcp.ResourceUpdatedNotificationRequest) { updated <- true },
	})
	var transport mcp.Transport
	if strings.HasPrefix(where, "http") {
		transport = &mcp.StreamableClientTransport{Endpoint: where}
	} else {
		command := exec.Command("sh", "-c", where)
		command.Stderr = io.Discard
		transport = &mcp.CommandTransport{Command: command}
	}
	connected := report("connect", func(ctx context.Context) (err error) {
		// The session lives longer than this exercise, so its context does, too.
		if session, err = client.Connect(context.Background(), transport, nil); err != nil {
			return err
		}
		got := session.InitializeResult().ProtocolVersion
		return insist(got == revision, "negotiated "+got)
	})
	if !connected {
		return
	}
	defer session.Close()
	report("list", func(ctx context.Context) error {
		found := false
		for tool, err := range session.Tools(ctx, nil) {
			if err != nil {
				return err
			}
			found = found || tool.Name == "test_simple_text"
		}
		resources, err := session.ListResources(ctx, nil)
		if err != nil {
			return err
		}
		prompts, err := session.ListPrompts(ctx, nil)
		if err != nil {
			return err
		}
		return insist(found && len(resources.Resources) > 0 && len(prompts.Prompts) > 0, "something is missing")
	})
	report("call", func(ctx context.Context) error {
		_, err := call(ctx, "test_simple_text", nil, nil)
		return err
	})
	report("read", func(ctx context.Context) error {
		read, err := session.ReadResource(ctx, &mcp.ReadResourceParams{URI: "test://static-text"})
		if err != nil {
			return err
		}
		return insist(read.Contents[0].Text != "", "no text")
	})
	report("prompt", func(ctx context.Context) error {
		_, err := session.GetPrompt(ctx, &mcp.GetPromptParams{Name: "test_simple_prompt"})
		return err
	})
	report("complete", func(ctx context.Context) error {
		_, err := session.Complete(ctx, &mcp.CompleteParams{
			Ref:      &mcp.CompleteReference{Type: "ref/prompt", Name: "test_prompt_with_arguments"},
			Argument: mcp.CompleteParamsArgument{Name: "arg1", Value: "p"},
		})
		return err
	})
	report("progress", func(ctx context.Context) error {
		if _, err := call(ctx, "test_tool_with_progress", nil, "token"); err != nil {
			return err
		}
		// The SDK hands notifications on beside the answer, so the last may come after it.
		for count := range 3 {
			select {
			case <-seen:
			case <-ctx.Done():
				return fmt.Errorf("%d reports", count)
			}
		}
		return nil
	})
	report("cancel", func(ctx context.Context) error {
		short, stop := context.WithTimeout(ctx, time.Second)
		defer stop()
		if _, err := call(short, "test_tool_with_waiting", nil, nil); err == nil {
			return errors.New("answered")
		}
		_, err := call(ctx, "test_simple_text", nil, nil)
		return err
	})
	if revision > "2025-03-26" {
		report("elicitation", func(ctx context.Context) error {
			said, err := call(ctx, "test_elicitation", map[string]any{"message": "who?"}, nil)
			if err != nil {
				return err
			}
			return insist(strings.Contains(said, "ada"), said)
		})
	}
	report("sampling", func(ctx context.Context) error {
		said, err := call(ctx, "test_sampling", map[string]any{"prompt": "say"}, nil)
		if err != nil {
			return err
		}
		return insist(strings.Contains(said, "said"), said)
	})
	report("subscribe", func(ctx context.Context) error {
		if err := session.Subscribe(ctx, &mcp.SubscribeParams{URI: "test://watched-resource"}); err != nil {
			return err
		}
		if _, err := call(ctx, "test_trigger_resource_update", nil, nil); err != nil {
			return err
		}
		select {
		case <-updated:
			return nil
		case <-ctx.Done():
			return errors.New("not told")
		}
	})
}
