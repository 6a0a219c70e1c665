//! A server on the Rust SDK `rmcp` with fixtures of the conformance contract, both eras: stdio, or Streamable HTTP at PORT.
//! It is the other side for our client, a subject for the suite, and the SDK's place in the load bench.
#![allow(deprecated)] // sampling, and subscriptions by resource: earlier revisions have them
use std::collections::{BTreeMap, HashSet};
use std::env;
use std::sync::{Arc, Mutex};

use rmcp::ErrorData;
use rmcp::ServerHandler;
use rmcp::ServiceExt;
use rmcp::model::*;
use rmcp::service::{RequestContext, RoleServer, SubscriptionContext, SubscriptionSink};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const WATCHED: &str = "test://watched-resource";

/// A value of the SDK's model, from the JSON that it stands for.
fn made<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("the model has this shape")
}

fn text(words: impl Into<String>) -> CallToolResponse {
    CallToolResult::success(vec![ContentBlock::text(words.into())]).into()
}

fn internal(problem: impl std::fmt::Display) -> ErrorData {
    ErrorData::internal_error(problem.to_string(), None)
}

#[derive(Clone, Default)]
struct Witness {
    /// Of this session (legacy).
    subscribed: Arc<Mutex<HashSet<String>>>,
    /// Of everyone (modern): a change may come by another connection.
    listeners: Arc<Mutex<Vec<SubscriptionSink>>>,
}

fn is_modern(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28)
}

fn question(message: &str) -> Value {
    let fields = json!({ "type": "object", "properties": { "username": { "type": "string" } }, "required": ["username"] });
    json!({ "mode": "form", "message": message, "requestedSchema": fields })
}

fn sample(prompt: &str) -> Value {
    json!({ "messages": [{ "role": "user", "content": { "type": "text", "text": prompt } }], "maxTokens": 100 })
}

/// What a modern client is asked in the result, until its answer is there.
fn in_rounds(request: &CallToolRequestParams, method: &str, params: Value) -> CallToolResponse {
    match request.input_responses.as_ref().and_then(|all| all.get("it")) {
        Some(answer) => text(format!("the answer: {answer}")),
        None => {
            let wanted = BTreeMap::from([("it".to_string(), made(json!({ "method": method, "params": params })))]);
            InputRequiredResult::new(Some(wanted), None).into()
        }
    }
}

impl ServerHandler for Witness {
    fn get_info(&self) -> ServerInfo {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_prompts()
            .enable_completions()
            .enable_resources()
            .enable_resources_subscribe()
            .build();
        ServerInfo::new(capabilities).with_server_info(Implementation::new("assay-witness-rust", "1.0.0"))
    }

    async fn list_tools(&self, _: Option<PaginatedRequestParams>, _: RequestContext<RoleServer>) -> Result<ListToolsResult, ErrorData> {
        let one = |name: &str, description: &str, properties: Value| {
            let required: Vec<&String> = properties.as_object().map(|all| all.keys().collect()).unwrap_or_default();
            let schema = json!({ "type": "object", "properties": properties, "required": required });
            json!({ "name": name, "description": description, "inputSchema": schema })
        };
        Ok(made(json!({ "resultType": "complete", "tools": [
            one("test_simple_text", "Answers with a line of text", json!({})),
            one("add_numbers", "Adds", json!({ "a": { "type": "number" }, "b": { "type": "number" } })),
            one("test_error_handling", "Fails", json!({})),
            one("test_tool_with_progress", "Reports progress", json!({})),
            one("test_tool_with_waiting", "Ends when it is cancelled", json!({})),
            one("test_elicitation", "Asks the user", json!({ "message": { "type": "string" } })),
            one("test_sampling", "Asks the model", json!({ "prompt": { "type": "string" } })),
            one("test_trigger_resource_update", "Tells subscribers of the watched resource", json!({})),
        ] })))
    }

    async fn call_tool(&self, request: CallToolRequestParams, context: RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.clone().unwrap_or_default();
        let number = |name: &str| arguments.get(name).and_then(Value::as_f64);
        let words = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
        match request.name.as_ref() {
            "test_simple_text" => Ok(text("A line of text.")),
            "add_numbers" => match (number("a"), number("b")) {
                (Some(a), Some(b)) => Ok(text((a + b).to_string())),
                _ => Err(ErrorData::invalid_params("a and b are numbers", None)),
            },
            "test_error_handling" => Ok(CallToolResult::error(vec![ContentBlock::text("This fails, as it should.")]).into()),
            "test_tool_with_progress" => {
                if let Some(token) = context.meta.get_progress_token() {
                    for progress in [0.0, 50.0, 100.0] {
                        let report = ProgressNotificationParam::new(token.clone(), progress).with_total(100.0);
                        context.peer.notify_progress(report).await.map_err(internal)?;
                    }
                }
                Ok(text("done"))
            }
            "test_tool_with_waiting" => {
                context.ct.cancelled().await;
                eprintln!("cancelled");
                Ok(text("cancelled"))
            }
            "test_elicitation" if is_modern(&context) => Ok(in_rounds(&request, "elicitation/create", question(&words("message")))),
            "test_elicitation" => {
                let said = context.peer.create_elicitation(made(question(&words("message")))).await.map_err(internal)?;
                Ok(text(format!("the user: {}", json!(said))))
            }
            "test_sampling" if is_modern(&context) => Ok(in_rounds(&request, "sampling/createMessage", sample(&words("prompt")))),
            "test_sampling" => {
                let said = context.peer.create_message(made(sample(&words("prompt")))).await.map_err(internal)?;
                Ok(text(format!("the model: {}", json!(said))))
            }
            "test_trigger_resource_update" => {
                if self.subscribed.lock().unwrap().contains(WATCHED) {
                    context.peer.notify_resource_updated(ResourceUpdatedNotificationParam::new(WATCHED)).await.map_err(internal)?;
                }
                let listeners = self.listeners.lock().unwrap().clone();
                for listener in listeners {
                    // One that has gone does not want to hear it any more.
                    let _ = listener.notify_resource_updated(WATCHED).await;
                }
                Ok(text("told"))
            }
            other => Err(ErrorData::invalid_params(format!("there is no tool {other}"), None)),
        }
    }

    async fn list_resources(&self, _: Option<PaginatedRequestParams>, _: RequestContext<RoleServer>) -> Result<ListResourcesResult, ErrorData> {
        Ok(made(json!({ "resultType": "complete", "resources": [
            { "uri": "test://static-text", "name": "static-text", "mimeType": "text/plain" },
            { "uri": WATCHED, "name": "watched", "mimeType": "text/plain" },
        ] })))
    }

    async fn list_resource_templates(
        &self, _: Option<PaginatedRequestParams>, _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(made(json!({ "resultType": "complete", "resourceTemplates": [
            { "uriTemplate": "test://template/{id}/data", "name": "template", "mimeType": "text/plain" },
        ] })))
    }

    async fn read_resource(&self, request: ReadResourceRequestParams, _: RequestContext<RoleServer>) -> Result<ReadResourceResponse, ErrorData> {
        let uri = request.uri.as_str();
        let words = match uri {
            "test://static-text" => "The text of a resource.".to_string(),
            WATCHED => "Watched.".to_string(),
            _ => match uri.strip_prefix("test://template/").and_then(|rest| rest.strip_suffix("/data")) {
                Some(id) => format!("data of {id}"),
                None => return Err(ErrorData::resource_not_found("there is no such resource", Some(json!({ "uri": uri })))),
            },
        };
        Ok(ReadResourceResult::new(vec![ResourceContents::text(words, uri)]).into())
    }

    async fn list_prompts(&self, _: Option<PaginatedRequestParams>, _: RequestContext<RoleServer>) -> Result<ListPromptsResult, ErrorData> {
        Ok(made(json!({ "resultType": "complete", "prompts": [
            { "name": "test_simple_prompt", "description": "A prompt" },
            { "name": "test_prompt_with_arguments", "description": "A prompt with arguments",
              "arguments": [{ "name": "arg1", "required": true }, { "name": "arg2", "required": true }] },
        ] })))
    }

    async fn get_prompt(&self, request: GetPromptRequestParams, _: RequestContext<RoleServer>) -> Result<GetPromptResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let argument = |name: &str| arguments.get(name).and_then(|value| value.as_str()).map(str::to_string);
        let words = match request.name.as_str() {
            "test_simple_prompt" => "A simple prompt.".to_string(),
            "test_prompt_with_arguments" => match (argument("arg1"), argument("arg2")) {
                (Some(one), Some(two)) => format!("arg1={one} arg2={two}"),
                _ => return Err(ErrorData::invalid_params("arg1 and arg2 are wanted", None)),
            },
            other => return Err(ErrorData::invalid_params(format!("there is no prompt {other}"), None)),
        };
        Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, words)]).into())
    }

    async fn complete(&self, request: CompleteRequestParams, _: RequestContext<RoleServer>) -> Result<CompleteResult, ErrorData> {
        let typed = request.argument.value;
        let values = ["paris", "park", "party"].into_iter().filter(|one| one.starts_with(&typed)).map(str::to_string).collect();
        Ok(CompleteResult::new(CompletionInfo::new(values).map_err(internal)?))
    }

    async fn subscribe(&self, request: SubscribeRequestParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        self.subscribed.lock().unwrap().insert(request.uri);
        Ok(())
    }

    async fn unsubscribe(&self, request: UnsubscribeRequestParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        self.subscribed.lock().unwrap().remove(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(requested.supported_by(&self.get_info().capabilities))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.listeners.lock().unwrap().push(context.sink().clone());
        context.cancelled().await;
        self.listeners.lock().unwrap().retain(|one| one.id() != context.sink().id());
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Ok(port) = env::var("PORT") else {
        Witness::default().serve(rmcp::transport::stdio()).await?.waiting().await?;
        return Ok(());
    };
    // The SDK answers with JSON only where it keeps no sessions.
    let json = env::var("JSON_RESPONSES").as_deref() == Ok("yes");
    let listeners = Arc::new(Mutex::new(Vec::new()));
    let service: StreamableHttpService<Witness, LocalSessionManager> = StreamableHttpService::new(
        move || Ok(Witness { subscribed: Default::default(), listeners: listeners.clone() }),
        Default::default(),
        StreamableHttpServerConfig::default().with_json_response(json),
    );
    let app = axum::Router::new().nest_service("/mcp", service);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port.parse::<u16>()?)).await?;
    eprintln!("listening on http://{}/mcp", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
