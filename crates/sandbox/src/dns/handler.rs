use std::sync::Arc;
use std::time::Duration;

use hickory_server::net::runtime::Time;
use hickory_server::net::xfer::Protocol;
use hickory_server::proto::op::{
    Edns, Header, HeaderCounts, MessageType, Metadata, OpCode, ResponseCode,
};
use hickory_server::proto::rr::{DNSClass, Record};
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;

use super::answer::{Answer, answer, soa};
use super::counters::{Counters, count};
use super::settings::{DnsSettings, Fault};
use crate::mail_world::MailWorld;

/// Answers every request from the world.
pub(super) struct Handler {
    pub(super) world: Arc<dyn MailWorld>,
    pub(super) settings: DnsSettings,
    pub(super) counters: Arc<Counters>,
}

/// A response on its way to being a message.
#[derive(Default)]
struct Response {
    code: ResponseCode,
    truncated: bool,
    answers: Vec<Record>,
    soa: Option<Record>,
}

impl Response {
    fn of(code: ResponseCode) -> Self {
        Self { code, ..Self::default() }
    }
}

#[async_trait::async_trait]
impl RequestHandler for Handler {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut sender: R,
    ) -> ResponseInfo {
        let response = self.respond(request);
        if self.settings.latency_ms > 0 {
            tokio::time::sleep(Duration::from_millis(self.settings.latency_ms)).await;
        }
        let Some(response) = response else { return unsent(request) };
        let mut metadata = Metadata::response_from_request(&request.metadata);
        metadata.response_code = response.code;
        metadata.truncation = response.truncated;
        // It stands for the client's resolver and for the zones' own servers at once.
        metadata.recursion_available = true;
        metadata.authoritative = response.code != ResponseCode::ServFail;
        let edns = request.edns.as_ref().map(|asked| {
            let mut edns = Edns::new();
            edns.set_max_payload(asked.max_payload().max(512)).set_version(0);
            edns
        });
        let message = MessageResponseBuilder::new(&request.queries, edns.as_ref()).build(
            metadata,
            &response.answers,
            [],
            &response.soa,
            [],
        );
        // A client that cannot be reached any more asks again or not; there is nobody to tell.
        sender.send_response(message).await.unwrap_or_else(|_gone| unsent(request))
    }
}

impl Handler {
    /// What to send; `None` for silence.
    fn respond(&self, request: &Request) -> Option<Response> {
        if request.metadata.op_code != OpCode::Query {
            return Some(Response::of(ResponseCode::NotImp));
        }
        if request.edns.as_ref().is_some_and(|edns| edns.version() > 0) {
            return Some(Response::of(ResponseCode::BADVERS));
        }
        let Ok(info) = request.request_info() else {
            return Some(Response::of(ResponseCode::FormErr));
        };
        if info.query.query_class() != DNSClass::IN {
            return Some(Response::of(ResponseCode::Refused));
        }
        let kind = info.query.query_type();
        let is_tcp = request.protocol() == Protocol::Tcp;
        let number = self.counters.count_query(kind, is_tcp);
        let answer = match self.settings.faults.of_query(number) {
            Some(Fault::ServFail) => Answer::ServFail,
            Some(Fault::Silent) => Answer::Silence,
            Some(Fault::Truncated) if !is_tcp => {
                count(&self.counters.truncated);
                return Some(Response { truncated: true, ..Response::default() });
            }
            _ => {
                let asked = (info.query.original().name(), kind);
                answer(self.world.as_ref(), &self.settings, asked, number)
            }
        };
        self.response_of(answer)
    }

    fn response_of(&self, answer: Answer) -> Option<Response> {
        let (code, zone) = match answer {
            Answer::Records(answers) => return Some(Response { answers, ..Response::default() }),
            Answer::NoData(zone) => {
                count(&self.counters.nodata);
                (ResponseCode::NoError, zone)
            }
            Answer::NoName(zone) => {
                count(&self.counters.nxdomain);
                (ResponseCode::NXDomain, zone)
            }
            Answer::ServFail => {
                count(&self.counters.servfail);
                return Some(Response::of(ResponseCode::ServFail));
            }
            Answer::Silence => {
                count(&self.counters.silent);
                return None;
            }
        };
        let ttl_s = self.settings.negative_ttl_s;
        Some(Response { soa: soa(zone, ttl_s, ttl_s).ok(), ..Response::of(code) })
    }
}

/// What the server's own log is told where nothing went out.
fn unsent(request: &Request) -> ResponseInfo {
    let mut metadata =
        Metadata::new(request.metadata.id, MessageType::Response, request.metadata.op_code);
    metadata.response_code = ResponseCode::ServFail;
    ResponseInfo::from(Header { metadata, counts: HeaderCounts::default() })
}
