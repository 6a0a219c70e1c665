//! A client on the Rust SDK `rmcp` that does what a line of the matrix asks: client REVISION URL|COMMAND
//! It prints one line per exercise: its name, a tab, and "ok" or what went wrong.
#![allow(deprecated)] // sampling, and subscriptions by resource: earlier revisions have them
use std::env;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rmcp::ErrorData;
use rmcp::model::*;
use rmcp::service::{NotificationContext, PeerRequestOptions, RequestContext, RoleClient, RunningService};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientHandler, ClientLifecycleMode, ClientServiceExt};
use serde_json::json;
use tokio::sync::Notify;

#[derive(Clone)]
struct Witness {
    info: ClientInfo,
    reports: Arc<AtomicUsize>,
    reported: Arc<Notify>,
    updated: Arc<Notify>,
}

impl ClientHandler for Witness {
    fn get_info(&self) -> ClientInfo {
        self.info.clone()
    }

    async fn create_message(&self, _: CreateMessageRequestParams, _: RequestContext<RoleClient>) -> Result<CreateMessageResult, ErrorData> {
        Ok(CreateMessageResult::new(SamplingMessage::assistant_text("said"), "none".to_string()))
    }

    async fn create_elicitation(&self, _: ElicitRequestParams, _: RequestContext<RoleClient>) -> Result<ElicitResult, ErrorData> {
        Ok(ElicitResult::new(ElicitationAction::Accept).with_content(json!({ "username": "ada", "email": "ada@example.com" })))
    }

    async fn on_progress(&self, _: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.reports.fetch_add(1, Ordering::SeqCst);
        self.reported.notify_one();
    }

    async fn on_resource_updated(&self, _: ResourceUpdatedNotificationParam, _: NotificationContext<RoleClient>) {
        self.updated.notify_one();
    }
}

type Session = RunningService<RoleClient, Witness>;
type Outcome = Result<(), Box<dyn std::error::Error>>;

async fn report(name: &str, does: impl Future<Output = Outcome>) {
    let said = match tokio::time::timeout(Duration::from_secs(8), does).await {
        Ok(Ok(())) => "ok".to_string(),
        Ok(Err(problem)) => problem.to_string().split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect(),
        Err(_) => "nothing in time".to_string(),
    };
    println!("{name}\t{said}");
}

fn insist(holds: bool, what: impl Into<String>) -> Outcome {
    if holds { Ok(()) } else { Err(what.into().into()) }
}

async fn call(session: &Session, name: &'static str, arguments: serde_json::Value) -> Result<String, rmcp::ServiceError> {
    let mut params = CallToolRequestParams::new(name);
    params.arguments = arguments.as_object().cloned();
    Ok(json!(session.call_tool(params).await?.content).to_string())
}

async fn connect(witness: Witness, revision: &str, wanted: ProtocolVersion, place: &str) -> Result<Session, Box<dyn std::error::Error>> {
    let lifecycle = if env::var("ERA").as_deref() == Ok("modern") {
        ClientLifecycleMode::Discover { preferred_versions: vec![wanted] }
    } else {
        ClientLifecycleMode::Initialize
    };
    let session = if place.starts_with("http") {
        let transport = StreamableHttpClientTransport::from_config(StreamableHttpClientTransportConfig::with_uri(place));
        witness.serve_with_lifecycle(transport, lifecycle).await?
    } else {
        let mut command = tokio::process::Command::new("sh");
        command.args(["-c", place]);
        let (transport, _) = TokioChildProcess::builder(command).stderr(Stdio::null()).spawn()?;
        witness.serve_with_lifecycle(transport, lifecycle).await?
    };
    let got = session.peer_info().map(|info| info.protocol_version.to_string()).unwrap_or_default();
    insist(got == revision, format!("negotiated {got}"))?;
    Ok(session)
}

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = env::args().collect();
    let [_, revision, place] = &arguments[..] else { return Err("client REVISION URL|COMMAND".into()) };
    let version: ProtocolVersion = serde_json::from_value(json!(revision))?;
    let info: ClientInfo = serde_json::from_value(json!({
        "protocolVersion": revision,
        "capabilities": { "sampling": {}, "elicitation": {} },
        "clientInfo": { "name": "assay-witness", "version": "1.0.0" },
    }))?;
    let witness = Witness { info, reports: Default::default(), reported: Default::default(), updated: Default::default() };
    let session = match connect(witness.clone(), revision, version, place).await {
        Ok(session) => session,
        Err(problem) => {
            println!("connect\t{problem}");
            return Ok(());
        }
    };
    println!("connect\tok");
    let session = &session;
    report("list", async {
        let tools = session.list_all_tools().await?;
        insist(tools.iter().any(|tool| tool.name == "test_simple_text"), "a tool is missing")?;
        insist(!session.list_all_resources().await?.is_empty(), "no resources")?;
        insist(!session.list_all_prompts().await?.is_empty(), "no prompts")
    })
    .await;
    report("call", async { insist(call(session, "test_simple_text", json!({})).await?.contains("text"), "no text") }).await;
    report("read", async {
        let read = session.read_resource(ReadResourceRequestParams::new("test://static-text")).await?;
        insist(!read.contents.is_empty(), "no contents")
    })
    .await;
    report("prompt", async {
        let got = session.get_prompt(GetPromptRequestParams::new("test_simple_prompt")).await?;
        insist(!got.messages.is_empty(), "no messages")
    })
    .await;
    report("complete", async {
        session.complete_prompt_simple("test_prompt_with_arguments", "arg1", "p").await?;
        Ok(())
    })
    .await;
    report("progress", async {
        call(session, "test_tool_with_progress", json!({})).await?;
        // The SDK hands notifications on beside the answer, so the last may come after it.
        while witness.reports.load(Ordering::SeqCst) < 3 {
            witness.reported.notified().await;
        }
        Ok(())
    })
    .await;
    report("cancel", async {
        let request = ClientRequest::CallToolRequest(Request::new(CallToolRequestParams::new("test_tool_with_waiting")));
        let waiting = session.send_cancellable_request(request, PeerRequestOptions::no_options()).await?;
        call(session, "test_simple_text", json!({})).await?;
        waiting.cancel(Some("enough".to_string())).await?;
        call(session, "test_simple_text", json!({})).await?;
        Ok(())
    })
    .await;
    if revision.as_str() > "2025-03-26" {
        report("elicitation", async {
            let said = call(session, "test_elicitation", json!({ "message": "who?" })).await?;
            insist(said.contains("ada"), said)
        })
        .await;
    }
    report("sampling", async {
        let said = call(session, "test_sampling", json!({ "prompt": "say" })).await?;
        insist(said.contains("said"), said)
    })
    .await;
    report("subscribe", async {
        if env::var("ERA").as_deref() == Ok("modern") {
            let filter: SubscriptionFilter = serde_json::from_value(json!({ "resourceSubscriptions": ["test://watched-resource"] }))?;
            let mut subscription = session.listen(filter).await?;
            call(session, "test_trigger_resource_update", json!({})).await?;
            let told = subscription.next().await?;
            return insist(matches!(told, Some(ServerNotification::ResourceUpdatedNotification(_))), format!("{told:?}"));
        }
        session.subscribe(SubscribeRequestParams::new("test://watched-resource")).await?;
        call(session, "test_trigger_resource_update", json!({})).await?;
        witness.updated.notified().await;
        Ok(())
    })
    .await;
    std::process::exit(0)
}
