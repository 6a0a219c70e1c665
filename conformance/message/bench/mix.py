"""The messages of the benchmark: what a session is made of, in every revision, about 800 bytes each on average."""

import json

MODERN = "2026-07-28"


def tool(name, description, properties, required):
    schema = {"type": "object", "properties": properties, "required": required}
    return {"name": name, "description": description, "inputSchema": schema}


def text(words):
    return {"type": "text", "text": words}


LOG = "06:10 lamp out at the north mole; keeper told. 06:40 ferry Ada in, 41 on board. 07:05 wind west, four. "
BERTH = {"type": "integer", "minimum": 1, "description": "Number of the berth, counted from the harbour mouth"}
SHIP = {"type": "string", "description": "Name of the ship as painted on the bow"}
TIME = {"type": "string", "format": "date-time", "description": "When, in UTC"}

TOOLS = [
    tool("tide", "Tells when the water is highest and lowest on a day.", {"day": {"type": "string"}}, ["day"]),
    tool("moor", "Gives a ship a berth for some hours.", {"ship": SHIP, "berth": BERTH, "until": TIME}, ["ship"]),
    tool("leave", "Frees a berth.", {"berth": BERTH, "at": TIME}, ["berth"]),
    tool("find_ship", "Looks a ship up in the register by name or call sign.",
         {"name": SHIP, "call_sign": {"type": "string", "pattern": "^[A-Z0-9]{3,7}$"}}, []),
    tool("crew", "Lists who is on board, with their tasks.",
         {"ship": SHIP, "tasks": {"type": "array", "items": {"enum": ["deck", "engine", "galley"]}}}, ["ship"]),
    tool("note", "Writes a line into the log of the harbour.",
         {"line": {"type": "string", "maxLength": 500}, "at": TIME, "urgent": {"type": "boolean"}}, ["line"]),
]

RESOURCES = [
    {"uri": f"file:///harbour/log/{day:02}.txt", "name": f"log-{day:02}", "description": f"What happened on day {day}",
     "mimeType": "text/plain"}
    for day in range(1, 26)
]

PROMPTS = [
    {"name": name, "description": description, "arguments": [
        {"name": "ship", "description": "Name of the ship", "required": True}, {"name": "tone", "required": False}]}
    for name, description in (("greet", "Greets a ship that comes in"), ("farewell", "Says good-bye"),
                              ("report", "Sums the day up"), ("warn", "Warns of the weather"))
]

PICTURE = {"type": "image", "data": "iVBORw0KGgoA" * 60, "mimeType": "image/png"}

# Requests and notifications: (sender, method, params). Answers: (sender, method asked, None, result).
SESSION = [
    ("client", "tools/list", {"cursor": "page-2"}),
    ("server", "tools/list", None, {"tools": TOOLS, "nextCursor": "page-3"}),
    ("client", "tools/call", {"name": "moor", "arguments": {"ship": "Ada", "berth": 4, "until": "2030-08-01T18:00:00Z"}}),
    ("server", "tools/call", None, {"content": [text("Ada is moored at berth 4 until 18:00.")], "isError": False}),
    ("server", "tools/call", None, {"content": [text(LOG * 22), text(LOG * 8), PICTURE]}),
    ("server", "tools/call", None, {"content": [text("No such berth.")], "isError": True}),
    ("client", "resources/list", {}),
    ("server", "resources/list", None, {"resources": RESOURCES}),
    ("client", "resources/read", {"uri": "file:///harbour/log/04.txt"}),
    ("server", "resources/read", None, {"contents": [
        {"uri": "file:///harbour/log/04.txt", "mimeType": "text/plain", "text": LOG * 40}]}),
    ("server", "resources/templates/list", None, {"resourceTemplates": [
        {"uriTemplate": "file:///harbour/log/{day}.txt", "name": "log", "mimeType": "text/plain"}]}),
    ("server", "prompts/list", None, {"prompts": PROMPTS}),
    ("client", "prompts/get", {"name": "greet", "arguments": {"ship": "Ada", "tone": "warm"}}),
    ("server", "prompts/get", None, {"description": "Greets a ship", "messages": [
        {"role": "user", "content": text("Greet the Ada, which comes in at six. " + LOG)},
        {"role": "assistant", "content": text("Welcome, Ada!")}]}),
    ("client", "completion/complete", {"ref": {"type": "ref/prompt", "name": "greet"},
                                       "argument": {"name": "ship", "value": "A"}}),
    ("server", "completion/complete", None, {"completion": {
        "values": ["Ada", "Adele", "Aurora"], "total": 3, "hasMore": False}}),
    ("server", "notifications/progress", {"progressToken": "p-7", "progress": 40, "total": 100}),
    ("server", "notifications/message", {"level": "info", "logger": "harbour", "data": {"line": LOG, "berth": 4}}),
    ("server", "notifications/tools/list_changed", None),
    ("client", "notifications/cancelled", {"requestId": 17, "reason": "The ship has left."}),
]

CACHED = {"tools/list", "resources/list", "resources/read", "resources/templates/list", "prompts/list"}


def messages(revision):
    """All messages of one revision, as lines of the mix."""
    meta = {"io.modelcontextprotocol/protocolVersion": revision, "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "harbour-desk", "version": "3.1.0"}}
    for number, (sender, method, params, *result) in enumerate(SESSION, 1):
        line = {"revision": revision, "from": sender}
        message = {"jsonrpc": "2.0"}
        if result:
            answer = dict(result[0])
            if revision == MODERN:
                answer["resultType"] = "complete"
                if method in CACHED:
                    answer |= {"ttlMs": 60000, "cacheScope": "private"}
            message |= {"id": number, "result": answer}
            line["method"] = method
        else:
            notification = method.startswith("notifications/")
            if not notification:
                message["id"] = number
            message["method"] = method
            if revision == MODERN and not notification:
                params = {"_meta": meta} | params
            if params is not None:
                message["params"] = params
        yield line | {"message": message}


def write(path, revisions):
    """Writes the mix as JSON lines; the revisions take turns, as in a suite that runs them side by side."""
    sessions = [list(messages(revision)) for revision in revisions]
    with open(path, "w", encoding="utf-8") as out:
        for turn in zip(*sessions):
            for line in turn:
                out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
