// A server on the Go SDK with fixtures of the conformance contract, both eras: stdio, or Streamable HTTP at PORT. It is the
// other side for our client, a subject for the suite, and the SDK's place in the load bench.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const watched = "test://watched-resource"

type (
	none    struct{}
	numbers struct {
		A float64 `json:"a"`
		B float64 `json:"b"`
	}
	question struct {
		Message string `json:"message"`
	}
	prompt struct {
		Prompt string `json:"prompt"`
	}
)

func text(words string) (*mcp.CallToolResult, any, error) {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: words}}}, nil, nil
}

func modern(request *mcp.CallToolRequest) bool {
	return request.ProtocolVersion() >= "2026"
}

// inRounds asks a modern client in the result, until its answer is there.
func inRounds(request *mcp.CallToolRequest, ask mcp.InputRequest) (*mcp.CallToolResult, any, error) {
	if answer := request.Params.InputResponses["it"]; answer != nil {
		words, err := json.Marshal(answer)
		if err != nil {
			return nil, nil, err
		}
		return text("the answer: " + string(words))
	}
	return &mcp.CallToolResult{InputRequests: mcp.InputRequestMap{"it": ask}}, nil, nil
}

func addTools(server *mcp.Server) {
	add := func(name, description string) *mcp.Tool { return &mcp.Tool{Name: name, Description: description} }
	mcp.AddTool(server, add("test_simple_text", "Answers with a line of text"),
		func(context.Context, *mcp.CallToolRequest, none) (*mcp.CallToolResult, any, error) {
			return text("A line of text.")
		})
	mcp.AddTool(server, add("add_numbers", "Adds"),
		func(_ context.Context, _ *mcp.CallToolRequest, given numbers) (*mcp.CallToolResult, any, error) {
			return text(fmt.Sprint(given.A + given.B))
		})
	mcp.AddTool(server, add("test_error_handling", "Fails"),
		func(context.Context, *mcp.CallToolRequest, none) (*mcp.CallToolResult, any, error) {
			return nil, nil, errors.New("This fails, as it should.")
		})
	mcp.AddTool(server, add("test_tool_with_progress", "Reports progress"),
		func(ctx context.Context, request *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
			if token := request.Params.GetProgressToken(); token != nil {
				for _, progress := range []float64{0, 50, 100} {
					report := &mcp.ProgressNotificationParams{ProgressToken: token, Progress: progress, Total: 100}
					if err := request.Session.NotifyProgress(ctx, report); err != nil {
						return nil, nil, err
					}
				}
			}
			return text("done")
		})
	mcp.AddTool(server, add("test_tool_with_waiting", "Ends when it is cancelled"),
		func(ctx context.Context, _ *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
			<-ctx.Done()
			fmt.Fprintln(os.Stderr, "cancelled")
			return nil, nil, ctx.Err()
		})
	mcp.AddTool(server, add("test_elicitation", "Asks the user"),
		func(ctx context.Context, request *mcp.CallToolRequest, given question) (*mcp.CallToolResult, any, error) {
			ask := &mcp.ElicitParams{Message: given.Message, RequestedSchema: &jsonschema.Schema{
				Type: "object", Properties: map[string]*jsonschema.Schema{"username": {Type: "string"}}, Required: []string{"username"},
			}}
			if modern(request) {
				return inRounds(request, ask)
			}
			said, err := request.Session.Elicit(ctx, ask)
			if err != nil {
				return nil, nil, err
			}
			return text(fmt.Sprintf("the user: %s %v", said.Action, said.Content))
		})
	mcp.AddTool(server, add("test_sampling", "Asks the model"),
		func(ctx context.Context, request *mcp.CallToolRequest, given prompt) (*mcp.CallToolResult, any, error) {
			ask := &mcp.CreateMessageParams{
				Messages: []*mcp.SamplingMessage{{Role: "user", Content: &mcp.TextContent{Text: given.Prompt}}}, MaxTokens: 100,
			}
			if modern(request) {
				return inRounds(request, ask)
			}
			said, err := request.Session.CreateMessage(ctx, ask)
			if err != nil {
				return nil, nil, err
			}
			return text(fmt.Sprintf("the model: %v", said.Content))
		})
	mcp.AddTool(server, add("test_trigger_resource_update", "Tells subscribers of the watched resource"),
		func(ctx context.Context, _ *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
			if err := server.ResourceUpdated(ctx, &mcp.ResourceUpdatedNotificationParams{URI: watched}); err != nil {
				return nil, nil, err
			}
			return text("told")
		})
}

func addResources(server *mcp.Server) {
	read := func(words string) mcp.ResourceHandler {
		return func(_ context.Context, request *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
			return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: request.Params.URI, MIMEType: "text/plain", Text: words}}}, nil
		}
	}
	server.AddResource(&mcp.Resource{Name: "static-text", MIMEType: "text/plain", URI: "test://static-text"}, read("The text of a resource."))
	server.AddResource(&mcp.Resource{Name: "watched", MIMEType: "text/plain", URI: watched}, read("Watched."))
	server.AddResourceTemplate(&mcp.ResourceTemplate{Name: "template", MIMEType: "text/plain", URITemplate: "test://template/{id}/data"}, read("data"))
}

func addPrompts(server *mcp.Server) {
	say := func(words func(map[string]string) string) mcp.PromptHandler {
		return func(_ context.Context, request *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			message := &mcp.PromptMessage{Role: "user", Content: &mcp.TextContent{Text: words(request.Params.Arguments)}}
			return &mcp.GetPromptResult{Messages: []*mcp.PromptMessage{message}}, nil
		}
	}
	server.AddPrompt(&mcp.Prompt{Name: "test_simple_prompt", Description: "A prompt"}, say(func(map[string]string) string { return "A simple prompt." }))
	server.AddPrompt(&mcp.Prompt{
		Name: "test_prompt_with_arguments", Description: "A prompt with arguments",
		Arguments: []*mcp.PromptArgument{{Name: "arg1", Required: true}, {Name: "arg2", Required: true}},
	}, say(func(given map[string]string) string { return "arg1=" + given["arg1"] + " arg2=" + given["arg2"] }))
}

func complete(_ context.Context, request *mcp.CompleteRequest) (*mcp.CompleteResult, error) {
	values := []string{}
	for _, one := range []string{"paris", "park", "party"} {
		if strings.HasPrefix(one, request.Params.Argument.Value) {
			values = append(values, one)
		}
	}
	return &mcp.CompleteResult{Completion: mcp.CompletionResultDetails{Values: values}}, nil
}

func main() {
	server := mcp.NewServer(&mcp.Implementation{Name: "assay-witness-go", Version: "1.0.0"}, &mcp.ServerOptions{
		CompletionHandler: complete,
		// The SDK keeps the subscriptions; these only say that it may.
		SubscribeHandler:   func(context.Context, *mcp.SubscribeRequest) error { return nil },
		UnsubscribeHandler: func(context.Context, *mcp.UnsubscribeRequest) error { return nil },
	})
	addTools(server)
	addResources(server)
	addPrompts(server)
	port := os.Getenv("PORT")
	if port == "" {
		if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
			log.Fatal(err)
		}
		return
	}
	// One handler has either sessions or the modern era's way of cancelling; MODERN=yes chooses the latter.
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, &mcp.StreamableHTTPOptions{
		Stateless: os.Getenv("MODERN") == "yes", JSONResponse: os.Getenv("JSON_RESPONSES") == "yes", PropagateRequestCancellation: true,
	})
	http.Handle("/mcp", handler)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
