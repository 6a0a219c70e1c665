//! A server on the Rust SDK `rmcp` with fixtures of the conformance contract, both eras: stdio, or Streamable HTTP at PORT.
//! It is the other side for our client, a subject for the suite, and the SDK's place in the load bench.
#![allow(deprecated)] // sampling, and subscriptions by resource: earlier revisions have them
use std::collections::{BTreeMap, HashSet};
use std::env;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rmcp::ErrorData;
use rmcp::ServerHandler;
use rmcp::ServiceExt;
use rmcp::model::*;
use rmcp::service::{RequestContext, RoleServer, SubscriptionContext, SubscriptionSink};
use rmcp::task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::watch;

const WATCHED: &str = "test://watched-resource";

/// What can be nothing but a task, or asks in rounds: modern requests alone have both.
const TASK_TOOLS: [&str; 5] = ["failing_job", "protocol_error_job", "confirm_delete", "multi_input", "test_tool_with_task"];

/// A value of the SDK's model, from the JSON that it stands for.
fn made<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("the model has this shape")
}

fn text(words: impl Into<String>) -> CallToolResponse {
    done(words).into()
}

fn unknown_tool(name: &str) -> ErrorData {
    ErrorData::invalid_params(format!("there is no tool {name}"), None)
}

fn internal(problem: impl std::fmt::Display) -> ErrorData {
    ErrorData::internal_error(problem.to_string(), None)
}

/// The SDK acknowledges a subscription before it tells the server of it. A change that comes in between must not be lost.
#[derive(Default)]
struct Listeners {
    coming: usize,
    there: Vec<SubscriptionSink>,
}

#[derive(Clone, Default)]
struct Witness {
    /// Of this session (legacy).
    subscribed: Arc<Mutex<HashSet<String>>>,
    /// Of everyone (modern): a change may come by another connection.
    listeners: Arc<watch::Sender<Listeners>>,
    /// Of everyone who knows their ids (modern).
    tasks: TaskManager,
}

impl Witness {
    fn as_task<W, F>(&self, work: W) -> CallToolResponse
    where
        W: FnOnce(TaskContext) -> F,
        F: Future<Output = Result<CallToolResult, TaskExit>> + Send + 'static,
    {
        let options = TaskOptions::new().with_poll_interval_ms(100);
        CallToolResponse::Task(CreateTaskResult::new(self.tasks.spawn(options, |task| Box::pin(work(task)))))
    }
}

fn declares_tasks(context: &RequestContext<RoleServer>) -> bool {
    is_modern(context) && context.client_capabilities().is_some_and(|declared| declared.supports_tasks())
}

fn done(words: impl Into<String>) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(words.into())])
}

fn is_modern(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28)
}

fn form(message: &str, field: &str, kind: &str) -> Value {
    let fields = json!({ "type": "object", "properties": { field: { "type": kind } }, "required": [field] });
    json!({ "mode": "form", "message": message, "requestedSchema": fields })
}

/// A question of a task.
fn asked(message: &str, field: &str, kind: &str) -> InputRequest {
    made(json!({ "method": "elicitation/create", "params": form(message, field, kind) }))
}

/// What the user said to the form that asks for a username. The SDK hands on whatever came.
fn user_said(answer: &Value) -> CallToolResponse {
    if answer["action"] == "accept" && !answer["content"]["username"].is_string() {
        return CallToolResult::error(vec![ContentBlock::text("That is no username.")]).into();
    }
    text(format!("the user: {answer}"))
}

fn sample(prompt: &str) -> Value {
    json!({ "messages": [{ "role": "user", "content": { "type": "text", "text": prompt } }], "maxTokens": 100 })
}

/// What a modern client is asked in the result, until its answer is there; then what comes of the answer.
fn in_rounds(request: &CallToolRequestParams, method: &str, params: Value, then: impl FnOnce(&Value) -> CallToolResponse) -> CallToolResponse {
    match request.input_responses.as_ref().and_then(|all| all.get("it")) {
        Some(answer) => then(answer),
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
            .enable_tasks()
            .build();
        ServerInfo::new(capabilities).with_server_info(Implementation::new("assay-witness-rust", "1.0.0"))
    }

    async fn list_tools(&self, _: Option<PaginatedRequestParams>, context: RequestContext<RoleServer>) -> Result<ListToolsResult, ErrorData> {
        let one = |name: &str, description: &str, properties: Value| {
            let fields = properties.as_object().into_iter().flatten();
            let required: Vec<&String> = fields.filter(|(_, field)| field.get("default").is_none()).map(|(name, _)| name).collect();
            let schema = json!({ "type": "object", "properties": properties, "required": required });
            json!({ "name": name, "description": description, "inputSchema": schema })
        };
        let mut all = vec![
            one("test_simple_text", "Answers with a line of text", json!({})),
            one("add_numbers", "Adds", json!({ "a": { "type": "number" }, "b": { "type": "number" } })),
            one("test_error_handling", "Fails", json!({})),
            one("test_tool_with_progress", "Reports progress", json!({})),
            one("test_tool_with_waiting", "Ends when it is cancelled", json!({})),
            one("test_elicitation", "Asks the user", json!({ "message": { "type": "string" } })),
            one("test_sampling", "Asks the model", json!({ "prompt": { "type": "string" } })),
            one("greet", "Greets, at once", json!({ "name": { "type": "string" } })),
            one("slow_compute", "Takes its time, as a task where it can", json!({ "seconds": { "type": "number" }, "label": { "type": "string", "default": "computed" } })),
            one("failing_job", "Is a task whose tool fails", json!({})),
            one("protocol_error_job", "Is a task that ends in an error", json!({})),
            one("confirm_delete", "Is a task that asks", json!({ "filename": { "type": "string" } })),
            one("multi_input", "Is a task that asks twice at once", json!({})),
            one("test_tool_with_task", "Asks first, and is a task then", json!({})),
            one("test_trigger_resource_update", "Tells subscribers of the watched resource", json!({})),
        ];
        all.retain(|tool| is_modern(&context) || !TASK_TOOLS.iter().any(|name| tool["name"] == *name));
        Ok(made(json!({ "resultType": "complete", "tools": all })))
    }

    async fn call_tool(&self, request: CallToolRequestParams, context: RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.clone().unwrap_or_default();
        let number = |name: &str| arguments.get(name).and_then(Value::as_f64);
        let words = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
        match request.name.as_ref() {
            name if TASK_TOOLS.contains(&name) && !is_modern(&context) => Err(unknown_tool(name)),
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
            "test_elicitation" if is_modern(&context) => {
                Ok(in_rounds(&request, "elicitation/create", form(&words("message"), "username", "string"), user_said))
            }
            "test_elicitation" => {
                let question = made(form(&words("message"), "username", "string"));
                let said = context.peer.create_elicitation(question).await.map_err(internal)?;
                Ok(user_said(&json!(said)))
            }
            "test_sampling" if is_modern(&context) => {
                Ok(in_rounds(&request, "sampling/createMessage", sample(&words("prompt")), |said| text(format!("the model: {said}"))))
            }
            "test_sampling" => {
                let said = context.peer.create_message(made(sample(&words("prompt")))).await.map_err(internal)?;
                Ok(text(format!("the model: {}", json!(said))))
            }
            "greet" => Ok(text(format!("Hello, {}!", words("name")))),
            "slow_compute" => {
                let label = arguments.get("label").and_then(Value::as_str).unwrap_or("computed").to_string();
                let long = Duration::try_from_secs_f64(number("seconds").unwrap_or_default()).map_err(internal)?;
                if declares_tasks(&context) && !long.is_zero() {
                    return Ok(self.as_task(move |task| async move {
                        tokio::select! {
                            _ = task.cancelled() => Err(TaskExit::Cancelled),
                            _ = tokio::time::sleep(long) => Ok(done(label)),
                        }
                    }));
                }
                tokio::time::sleep(long).await;
                Ok(text(label))
            }
            // The SDK refuses these where the request does not declare the extension.
            "failing_job" => Ok(self.as_task(|_| async { Ok(CallToolResult::error(vec![ContentBlock::text("This fails, as it should.")])) })),
            "protocol_error_job" => Ok(self.as_task(|task| async move {
                task.set_status_message("ended in an error");
                Err(TaskExit::Error(internal("this ends in an error, as it should")))
            })),
            "confirm_delete" => {
                let question = asked(&format!("Delete {}?", words("filename")), "confirm", "boolean");
                Ok(self.as_task(|task| async move { Ok(done(format!("the user: {}", task.request_input("confirm", question).await?))) }))
            }
            "multi_input" => Ok(self.as_task(|task| async move {
                let name = task.request_input("first", asked("What is your name?", "name", "string"));
                let sure = task.request_input("second", asked("Are you sure?", "confirm", "boolean"));
                let (name, sure) = tokio::try_join!(name, sure)?;
                Ok(done(format!("the user: {name}, {sure}")))
            })),
            "test_tool_with_task" => Ok(in_rounds(&request, "elicitation/create", form("What is your name?", "name", "string"), |said| {
                let words = format!("the answer: {said}");
                self.as_task(|_| async { Ok(done(words)) })
            })),
            "test_trigger_resource_update" => {
                if self.subscribed.lock().unwrap().contains(WATCHED) {
                    context.peer.notify_resource_updated(ResourceUpdatedNotificationParam::new(WATCHED)).await.map_err(internal)?;
                }
                // One whose connection ended before it was acknowledged never comes.
                let mut listeners = self.listeners.subscribe();
                let _ = tokio::time::timeout(Duration::from_millis(200), listeners.wait_for(|all| all.coming == 0)).await;
                let there = self.listeners.borrow().there.clone();
                for listener in there {
                    // One that has gone does not want to hear it any more.
                    let _ = listener.notify_resource_updated(WATCHED).await;
                }
                Ok(text("told"))
            }
            other => Err(unknown_tool(other)),
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

    async fn get_task(&self, request: GetTaskParams, _: RequestContext<RoleServer>) -> Result<GetTaskResult, ErrorData> {
        Ok(GetTaskResult::new(self.tasks.get_task(&request.task_id)?))
    }

    async fn update_task(&self, request: UpdateTaskParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        self.tasks.update_task(&request.task_id, request.input_responses)
    }

    async fn cancel_task(&self, request: CancelTaskParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        self.tasks.cancel_task(&request.task_id)
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        self.listeners.send_modify(|all| all.coming += 1);
        Some(requested.supported_by(&self.get_info().capabilities))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.listeners.send_modify(|all| {
            all.coming -= 1;
            all.there.push(context.sink().clone());
        });
        context.cancelled().await;
        self.listeners.send_modify(|all| all.there.retain(|one| one.id() != context.sink().id()));
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
    let everyone = Witness::default();
    let service: StreamableHttpService<Witness, LocalSessionManager> = StreamableHttpService::new(
        move || Ok(Witness { subscribed: Default::default(), ..everyone.clone() }),
        Default::default(),
        StreamableHttpServerConfig::default().with_json_response(json),
    );
    let app = axum::Router::new().nest_service("/mcp", service);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port.parse::<u16>()?)).await?;
    eprintln!("listening on http://{}/mcp", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
