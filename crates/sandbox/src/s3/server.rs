use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use captely_contact::Timestamp;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::{Request, Response};

use super::bucket::Bucket;
use super::refusal::Refusal;
use super::request::Asked;
use super::response::{Answer, Sent};
use super::{S3Fault, S3Operation, S3Settings, multipart, objects, signature};
use crate::clock::Clock;
use crate::server::{Cut, Listener, listen};

/// The largest object or part that is taken: it all stays in memory.
const BODY_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A running store. Dropping it stops it, and forgets all.
#[derive(Debug)]
pub struct S3Server {
    listener: Listener,
    store: Arc<Store>,
}

#[derive(Debug)]
struct Store {
    settings: S3Settings,
    bucket: Mutex<Bucket>,
    clock: Clock,
}

/// Starts a store on a free port of loopback, whose clock begins at `now`: clients of the protocol sign with
/// the true time. Needs a Tokio runtime.
pub async fn start(settings: S3Settings, now: Timestamp) -> std::io::Result<S3Server> {
    let store = Arc::new(Store { settings, bucket: Mutex::default(), clock: Clock::new(now) });
    let served = Arc::clone(&store);
    let answer = move |request| {
        let store = Arc::clone(&served);
        async move { exchange(&store, request).await }
    };
    let listener = listen((Ipv4Addr::LOCALHOST, 0).into(), answer).await?;
    Ok(S3Server { listener, store })
}

impl S3Server {
    /// `http://127.0.0.1:PORT`, without the bucket.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.listener.address)
    }

    /// What goes wrong with the next requests of this kind, one after the other.
    pub fn script(&self, operation: S3Operation, faults: &[S3Fault]) {
        self.store.bucket().script.add(operation, faults);
    }

    /// Moves its clock on.
    pub fn advance(&self, by: Duration) {
        self.store.clock.advance(u64::try_from(by.as_millis()).unwrap_or(u64::MAX));
    }

    /// An object.
    pub fn object(&self, key: &str) -> Option<Bytes> {
        self.store.bucket().objects.get(key).map(|object| object.bytes.clone())
    }

    /// The keys of all objects, in order.
    pub fn keys(&self) -> Vec<String> {
        self.store.bucket().objects.keys().cloned().collect()
    }

    /// Uploads of several parts that were neither completed nor aborted.
    pub fn unfinished(&self) -> usize {
        self.store.bucket().uploads.len()
    }

    /// The requests that were properly signed, in order, whatever became of them.
    pub fn calls(&self) -> Vec<S3Operation> {
        self.store.bucket().calls.clone()
    }

    /// Stops, and waits until its port is free.
    pub async fn stop(self) {
        self.listener.stop().await;
    }
}

impl Store {
    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_s(&self) -> i64 {
        self.clock.unix_ms(self.clock.now_ms()).div_euclid(1_000)
    }

    /// Refuses, or finds out what is asked and what goes wrong with it.
    fn admit(&self, asked: &Asked<'_>) -> Result<(S3Operation, Option<S3Fault>), Refusal> {
        signature::check(asked, &self.settings, self.now_s())?;
        if asked.bucket != self.settings.bucket {
            return Err(Refusal::BUCKET);
        }
        let operation = S3Operation::of(asked).ok_or(Refusal::METHOD)?;
        let mut bucket = self.bucket();
        bucket.calls.push(operation);
        Ok((operation, bucket.script.next(operation)))
    }

    fn work(&self, operation: S3Operation, asked: &Asked<'_>) -> Result<Answer, Refusal> {
        let (mut bucket, now_s) = (self.bucket(), self.now_s());
        let bucket = &mut *bucket;
        match operation {
            S3Operation::Put => Ok(objects::put(bucket, asked, now_s)),
            S3Operation::Get | S3Operation::Head => objects::get(bucket, asked),
            S3Operation::Delete => Ok(objects::delete(bucket, asked)),
            S3Operation::List => Ok(objects::list(bucket, asked)),
            S3Operation::Create => Ok(multipart::create(bucket, asked)),
            S3Operation::Part => multipart::part(bucket, asked),
            S3Operation::Complete => {
                multipart::complete(bucket, asked, self.settings.part_bytes_min, now_s)
            }
            S3Operation::Abort => multipart::abort(bucket, asked),
        }
    }
}

async fn exchange(store: &Store, request: Request<Incoming>) -> Result<Response<Sent>, Cut> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
        // Too much, or broken off: nobody is left to be told.
        return Ok(Refusal::LARGE.answer(head.uri.path()).sent(true));
    };
    let body = body.to_bytes();
    let asked = Asked::new(&head.method, &head.uri, &head.headers, &body);
    let refused = |why: Refusal| why.answer(&asked.path);
    let (operation, fault) = match store.admit(&asked) {
        Ok(admitted) => admitted,
        Err(why) => return Ok(refused(why).sent(true)),
    };
    let work = || store.work(operation, &asked).unwrap_or_else(refused);
    Ok(match fault {
        Some(S3Fault::SlowDown) => refused(Refusal::SLOW_DOWN).sent(true),
        Some(S3Fault::Internal) => refused(Refusal::INTERNAL).sent(true),
        Some(S3Fault::Full) => refused(Refusal::FULL).sent(true),
        Some(S3Fault::Cut) => return Err(Cut),
        Some(S3Fault::CutAfter) => {
            drop(work());
            return Err(Cut);
        }
        Some(S3Fault::CutBody) => work().sent(false),
        Some(S3Fault::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            work().sent(true)
        }
        None => work().sent(true),
    })
}
