"""A client on the Python SDK `mcp`, or with FAST=yes on FastMCP: client.py REVISION URL|COMMAND

One line per exercise on stdout: its name, a tab, and "ok" or what went wrong. FastMCP drives the same SDK underneath, so
its client is used for what it has an API of its own for.
"""
import asyncio
import os
import sys

import anyio

REVISION, WHERE = sys.argv[1:3]
FAST = os.environ.get("FAST") == "yes"
MODERN = os.environ.get("ERA") == "modern"

from mcp import Client, StdioServerParameters, types  # noqa: E402


async def elicited(*_):
    return types.ElicitResult(action="accept", content={"username": "ada", "email": "ada@example.com"})


async def sampled(*_):
    return types.CreateMessageResult(role="assistant", model="none", content=types.TextContent(type="text", text="said"))


async def filled(*_):
    return {"username": "ada", "email": "ada@example.com"}


updated = asyncio.Event()


async def noticed(message):
    if "updated" in str(getattr(message, "method", "")) or "ResourceUpdated" in type(message).__name__:
        updated.set()


def insist(condition, what):
    if not condition:
        raise AssertionError(what)


async def report(name, does):
    try:
        with anyio.fail_after(8):
            await does()
    except BaseException as problem:  # noqa: BLE001 - a cancelled scope of the SDK is a failure to report, too
        while isinstance(problem, BaseExceptionGroup):
            problem = problem.exceptions[0]
        print(f"{name}\t{type(problem).__name__} {' '.join(str(problem).split())[:200]}", flush=True)
        return
    print(f"{name}\tok", flush=True)


def make():
    mode = REVISION if MODERN else "legacy"
    if FAST:
        import fastmcp
        from fastmcp.client.transports import StdioTransport

        place = WHERE if WHERE.startswith("http") else StdioTransport("sh", ["-c", WHERE])
        return fastmcp.Client(place, mode=mode, elicitation_handler=filled,
                              sampling_handler=lambda *_: "said", message_handler=noticed)
    place = WHERE if WHERE.startswith("http") else StdioServerParameters(command="sh", args=["-c", WHERE])
    return Client(place, mode=mode, elicitation_callback=elicited, sampling_callback=sampled, message_handler=noticed, cache=None)


async def main():
    async with make() as client:
        version = client.session.protocol_version if FAST else client.protocol_version

        async def connect():
            insist(version == REVISION, f"negotiated {version}")

        async def listing():
            tools = await client.list_tools()
            cursor = None if FAST else tools.next_cursor
            tools = list(tools if FAST else tools.tools)
            while cursor:
                page = await client.list_tools(cursor=cursor)
                tools, cursor = tools + page.tools, page.next_cursor
            insist(any(tool.name == "test_simple_text" for tool in tools), "a tool is missing")
            insist(await client.list_resources(), "no resources")
            insist(await client.list_prompts(), "no prompts")

        async def call():
            insist((await client.call_tool("test_simple_text", {})).content[0].text, "no text")

        async def read():
            found = await client.read_resource("test://static-text")
            insist((found if FAST else found.contents)[0].text, "no text")

        async def prompt():
            insist((await client.get_prompt("test_simple_prompt")).messages, "no messages")

        async def complete():
            reference = types.PromptReference(type="ref/prompt", name="test_prompt_with_arguments")
            found = await client.complete(reference, {"name": "arg1", "value": "p"})
            insist(isinstance((found if FAST else found.completion).values, list), "no values")

        async def progress():
            seen = []

            async def one(done, total, message):
                seen.append(done)

            how = {"progress_handler": one} if FAST else {"progress_callback": one}
            await client.call_tool("test_tool_with_progress", {}, **how)
            insist(len(seen) >= 3, f"{len(seen)} reports")

        async def cancel():
            with anyio.move_on_after(1) as scope:
                await client.call_tool("test_tool_with_waiting", {})
            insist(scope.cancelled_caught, "answered")
            await call()

        async def elicitation():
            said = await client.call_tool("test_elicitation", {"message": "who?"})
            insist("ada" in str(said.content), str(said.content))

        async def sampling():
            said = await client.call_tool("test_sampling", {"prompt": "say"})
            insist("said" in str(said.content), str(said.content))

        async def subscribe():
            if MODERN:
                inner = client if hasattr(client, "listen") else client.session
                if not hasattr(inner, "listen"):
                    raise NotImplementedError("this client has no API for it")
                async with inner.listen(resource_subscriptions=["test://watched-resource"]) as events:
                    await client.call_tool("test_trigger_resource_update", {})
                    async for _ in events:
                        return
            await (client.session if FAST else client).subscribe_resource("test://watched-resource")
            await client.call_tool("test_trigger_resource_update", {})
            await updated.wait()

        todo = [("connect", connect), ("list", listing), ("call", call), ("read", read), ("prompt", prompt), ("complete", complete),
                ("progress", progress), ("cancel", cancel), ("sampling", sampling), ("subscribe", subscribe)]
        if REVISION > "2025-03-26":
            todo.insert(8, ("elicitation", elicitation))
        for name, does in todo:
            await report(name, does)


try:
    asyncio.run(main())
except BaseException as problem:  # noqa: BLE001
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    print(f"session\t{type(problem).__name__} {' '.join(str(problem).split())[:200]}", flush=True)
