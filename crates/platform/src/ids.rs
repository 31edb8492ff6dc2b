//! Ids: UUIDv7 (RFC 9562 §5.7) inside, a prefix and 32 hexadecimal digits outside (`con_0199…`).

mod id_type;
mod source;

pub use id_type::IdError;
pub use source::Ids;

#[doc(hidden)]
pub use id_type::parse_id;

use crate::id_type;
use uuid::Uuid;

id_type!(WorkspaceId, "ws");
id_type!(ContactId, "con");
id_type!(ListId, "list");
id_type!(ImportId, "imp");
id_type!(RunId, "run");
id_type!(AttemptId, "att");
id_type!(JobId, "job");
id_type!(EventId, "evt");
id_type!(UserId, "usr");
id_type!(SessionId, "ses");
id_type!(ApiKeyId, "key");
id_type!(MailId, "mail");

impl WorkspaceId {
    /// The workspace of the command line on its own machine.
    pub const LOCAL: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

    /// What belongs to the installation and to no workspace, such as mail to somebody who signs up.
    pub const INSTALLATION: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0002));
}
