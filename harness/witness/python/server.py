"""A server on the Python SDK `mcp` (or, with the argument fastmcp, on FastMCP): stdio, or Streamable HTTP at PORT.

Fixtures of the contract, as far as each SDK has an API for them; MCPServer and FastMCP share their decorators.
"""
import asyncio
import os
import sys

import pydantic
from mcp import types

FAST = "fastmcp" in sys.argv[1:]
if FAST:
    from fastmcp import Context, FastMCP

    mcp = FastMCP("assay-witness-fastmcp", version="1.0.0")
else:
    from mcp.server.mcpserver import Context, MCPServer

    mcp = MCPServer("assay-witness-python", version="1.0.0", log_level="WARNING")


class User(pydantic.BaseModel):
    username: str


@mcp.tool()
def test_simple_text() -> str:
    """Answers with a line of text"""
    return "A line of text."


@mcp.tool()
def add_numbers(a: float, b: float) -> float:
    """Adds"""
    return a + b


@mcp.tool()
def test_error_handling() -> str:
    """Fails"""
    raise ValueError("This fails, as it should.")


@mcp.tool()
async def test_tool_with_progress(ctx: Context) -> str:
    """Reports progress"""
    for progress in (0, 50, 100):
        await ctx.report_progress(progress, 100)
    return "done"


@mcp.tool()
async def test_tool_with_waiting() -> str:
    """Ends when it is cancelled"""
    try:
        await asyncio.Event().wait()
    except BaseException:
        print("cancelled", file=sys.stderr, flush=True)
        raise
    return "never"


@mcp.resource("test://static-text", mime_type="text/plain")
def static_text() -> str:
    return "The text of a resource."


@mcp.resource("test://watched-resource", mime_type="text/plain")
def watched() -> str:
    return "Watched."


@mcp.resource("test://template/{id}/data", mime_type="text/plain")
def template(id: str) -> str:
    return f"data of {id}"


@mcp.prompt()
def test_simple_prompt() -> str:
    """A prompt"""
    return "A simple prompt."


@mcp.prompt()
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """A prompt with arguments"""
    return f"arg1={arg1} arg2={arg2}"


@mcp.completion()
async def complete(reference, argument, context=None):
    return types.Completion(values=[one for one in ("paris", "park", "party") if one.startswith(argument.value)])


def sample(prompt):
    return [types.SamplingMessage(role="user", content=types.TextContent(type="text", text=prompt))]


if FAST:
    # In the modern era FastMCP asks by returning the question; its own calls are for the eras before.
    def asked(ctx, request):
        answer = (ctx.input_responses or {}).get("it")
        return f"the answer: {answer}" if answer else types.InputRequiredResult(input_requests={"it": request})

    @mcp.tool(output_schema=None)
    async def test_elicitation(message: str, ctx: Context):
        """Asks the user"""
        if ctx.session.protocol_version >= "2026":
            schema = User.model_json_schema()
            return asked(ctx, types.ElicitRequest(params=types.ElicitRequestFormParams(message=message, requested_schema=schema)))
        said = await ctx.elicit(message, response_type=User)
        return f"the user: {said.action} {said.data if said.action == 'accept' else ''}"

    @mcp.tool(output_schema=None)
    async def test_sampling(prompt: str, ctx: Context):
        """Asks the model"""
        if ctx.session.protocol_version >= "2026":
            params = types.CreateMessageRequestParams(messages=sample(prompt), max_tokens=100)
            return asked(ctx, types.CreateMessageRequest(params=params))
        said = await ctx.session.create_message(messages=sample(prompt), max_tokens=100, related_request_id=ctx.request_id)
        return f"the model: {said.content}"
else:
    from typing import Annotated

    from mcp.server.mcpserver import Elicit, Resolve, Sample

    async def sampled(prompt: str) -> Sample:
        return Sample(sample(prompt), max_tokens=100)

    @mcp.tool()
    async def test_sampling(prompt: str, said: Annotated[types.CreateMessageResult, Resolve(sampled)]) -> str:
        """Asks the model"""
        return f"the model: {said.content}"

    async def ask(message: str) -> Elicit[User]:
        return Elicit(message, User)

    @mcp.tool()
    async def test_elicitation(message: str, user: Annotated[User, Resolve(ask)]) -> str:
        """Asks the user"""
        return f"the user: accept {user}"

    @mcp.tool()
    async def test_trigger_resource_update(ctx: Context) -> str:
        """Tells subscribers of the watched resource"""
        await ctx.notify_resource_updated("test://watched-resource")
        return "told"


if "PORT" not in os.environ:
    mcp.run(**({"show_banner": False} if FAST else {}))
else:
    told = {"host": "127.0.0.1", "port": int(os.environ["PORT"]), "json_response": os.environ.get("JSON_RESPONSES") == "yes"}
    if FAST:
        mcp.run(transport="http", show_banner=False, log_level="warning", **told)
    else:
        mcp.run(transport="streamable-http", **told)
