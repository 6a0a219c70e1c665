// A server on mcp-go, an implementation independent of the SDKs: stdio, or at PORT Streamable HTTP (/mcp) and HTTP with SSE (/sse).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func main() {
	s := server.NewMCPServer("assay-subject-mcp-go", "1.0.0",
		server.WithToolCapabilities(true), server.WithResourceCapabilities(true, true), server.WithPromptCapabilities(true), server.WithLogging(),
		server.WithTaskCapabilities(true, true, true), server.WithPaginationLimit(2), server.WithInputSchemaValidation())
	s.AddTool(mcp.NewTool("test_simple_text", mcp.WithDescription("Answers with a line of text")),
		func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText("A line of text."), nil
		})
	s.AddTool(mcp.NewTool("add_numbers", mcp.WithDescription("Adds"), mcp.WithNumber("a", mcp.Required()), mcp.WithNumber("b", mcp.Required())),
		func(_ context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText(fmt.Sprint(request.GetFloat("a", 0) + request.GetFloat("b", 0))), nil
		})
	s.AddTool(mcp.NewToolWithRawSchema("test_default_dialect", "Has a schema that means something in 2020-12 only", json.RawMessage(`{"type": "object",
		"properties": {"pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false}},
		"required": ["pair"], "dependentRequired": {"left": ["right"]}}`)),
		func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText("A pair."), nil
		})
	mirrored := func(name string) mcp.PropertyOption {
		return func(schema map[string]any) { schema["x-mcp-header"] = name }
	}
	s.AddTool(mcp.NewTool("test_header_parameter", mcp.WithDescription("Takes arguments that a modern HTTP client repeats in headers"),
		mcp.WithString("region", mirrored("Region")), mcp.WithInteger("priority", mirrored("Priority")), mcp.WithBoolean("verbose", mirrored("Verbose"))),
		func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText("Taken."), nil
		})
	s.AddTool(mcp.NewTool("slow_compute", mcp.WithDescription("Takes its time"), mcp.WithNumber("seconds", mcp.Required()), mcp.WithString("label"), mcp.WithTaskSupport(mcp.TaskSupportOptional)),
		func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			select {
			case <-time.After(time.Duration(request.GetFloat("seconds", 0) * float64(time.Second))):
				return mcp.NewToolResultText(request.GetString("label", "computed")), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		})
	s.AddTool(mcp.NewTool("failing_job", mcp.WithDescription("Fails"), mcp.WithTaskSupport(mcp.TaskSupportRequired)),
		func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultError("This fails, as it should."), nil
		})
	s.AddTool(mcp.NewTool("protocol_error_job", mcp.WithDescription("Ends in an error"), mcp.WithTaskSupport(mcp.TaskSupportOptional)),
		func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return nil, errors.New("this ends in an error, as it should")
		})
	s.AddResource(mcp.NewResource("test://static-text", "static-text", mcp.WithMIMEType("text/plain")),
		func(_ context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			return []mcp.ResourceContents{mcp.TextResourceContents{URI: request.Params.URI, MIMEType: "text/plain", Text: "The text of a resource."}}, nil
		})
	s.AddResource(mcp.NewResource("file:///assay/notes.txt", "notes", mcp.WithMIMEType("text/plain")),
		func(_ context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			return []mcp.ResourceContents{mcp.TextResourceContents{URI: request.Params.URI, MIMEType: "text/plain", Text: "Notes."}}, nil
		})
	s.AddPrompt(mcp.NewPrompt("test_simple_prompt", mcp.WithPromptDescription("A prompt")),
		func(context.Context, mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			return mcp.NewGetPromptResult("A prompt", []mcp.PromptMessage{mcp.NewPromptMessage(mcp.RoleUser, mcp.NewTextContent("A simple prompt."))}), nil
		})
	port := os.Getenv("PORT")
	if port == "" {
		if err := server.ServeStdio(s); err != nil {
			log.Fatal(err)
		}
		return
	}
	at := "127.0.0.1:" + port
	sse := server.NewSSEServer(s, server.WithBaseURL("http://"+at))
	mux := http.NewServeMux()
	mux.Handle("/mcp", server.NewStreamableHTTPServer(s))
	mux.Handle("/sse", sse)
	mux.Handle("/message", sse)
	log.Fatal(http.ListenAndServe(at, mux))
}
