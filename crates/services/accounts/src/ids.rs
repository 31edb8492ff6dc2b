//! The ids of this service.

use captely_platform::id_type;

pub use captely_platform::ids::{ApiKeyId, SessionId, UserId};

id_type!(InvitationId, "inv");
id_type!(AuditId, "aud");
id_type!(PasskeyId, "pk");
