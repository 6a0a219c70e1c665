"""A server on chuk-mcp-server, an implementation independent of the SDKs: stdio, or Streamable HTTP at PORT."""
import os

from chuk_mcp_server import ChukMCPServer

mcp = ChukMCPServer("assay-subject-chuk", prompts=True)


@mcp.tool
def test_simple_text() -> str:
    """Answers with a line of text"""
    return "A line of text."


@mcp.tool
def add_numbers(a: float, b: float) -> float:
    """Adds"""
    return a + b


@mcp.resource("test://static-text")
def static_text() -> str:
    """A text"""
    return "The text of a resource."


@mcp.prompt
def test_simple_prompt() -> str:
    """A prompt"""
    return "A simple prompt."


if "PORT" in os.environ:
    mcp.run(host="127.0.0.1", port=int(os.environ["PORT"]), stdio=False)
else:
    mcp.run(stdio=True)
