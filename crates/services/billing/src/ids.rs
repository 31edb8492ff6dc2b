//! The ids of this service.

use captely_platform::id_type;

id_type!(SubscriptionId, "sub");
id_type!(InvoiceId, "ivc");
id_type!(TransactionId, "txn");
id_type!(PurchaseId, "pur");
id_type!(PaymentMethodId, "pay");
id_type!(IntentId, "int");
