use hyper::header::CONTENT_TYPE;

use super::response::Answer;
use super::xml::{HEAD, escaped};

/// Why a request is not done: a code of "Error responses".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    message: &'static str,
}

macro_rules! refusals {
    ($($name:ident = $status:literal, $code:literal, $message:literal;)+) => {
        impl Refusal { $(
            pub(super) const $name: Self = Self { status: $status, code: $code, message: $message };
        )+ }
    };
}

refusals! {
    ANONYMOUS = 403, "AccessDenied", "Access Denied";
    EXPIRED = 403, "AccessDenied", "Request has expired";
    UNSIGNED_HEADER = 403, "AccessDenied", "There were headers present in the request which were not signed";
    KEY = 403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.";
    SIGNATURE = 403, "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided.";
    SKEWED = 403, "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.";
    HEADER = 400, "AuthorizationHeaderMalformed", "The authorization header is malformed.";
    QUERY = 400, "AuthorizationQueryParametersError", "Error parsing the query parameters.";
    PAYLOAD = 400, "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.";
    BUCKET = 404, "NoSuchBucket", "The specified bucket does not exist";
    OBJECT = 404, "NoSuchKey", "The specified key does not exist.";
    UPLOAD = 404, "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
    PART = 400, "InvalidPart", "One or more of the specified parts could not be found.";
    ORDER = 400, "InvalidPartOrder", "The list of parts was not in ascending order.";
    SMALL = 400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size";
    LARGE = 400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size";
    ARGUMENT = 400, "InvalidArgument", "Invalid Argument";
    XML = 400, "MalformedXML", "The XML you provided was not well-formed.";
    RANGE = 416, "InvalidRange", "The requested range is not satisfiable";
    METHOD = 405, "MethodNotAllowed", "The specified method is not allowed against this resource.";
    SLOW_DOWN = 503, "SlowDown", "Please reduce your request rate.";
    INTERNAL = 500, "InternalError", "We encountered an internal error. Please try again.";
    FULL = 507, "XMinioStorageFull",
        "Storage backend has reached its minimum free drive threshold.";
}

impl Refusal {
    pub(super) fn answer(&self, resource: &str) -> Answer {
        let Self { status, code, message } = self;
        let resource = escaped(resource);
        let body = format!(
            "{HEAD}<Error><Code>{code}</Code><Message>{message}</Message>\
             <Resource>{resource}</Resource><RequestId>SANDBOX</RequestId></Error>"
        );
        Answer::new(*status).with(CONTENT_TYPE, "application/xml").body(body)
    }
}
