-- When Stripe was asked for what stands here, a microsecond more where that moment stood here before: what was
-- fetched earlier does not take its place.
ALTER TABLE billing_subscription ADD COLUMN fetched_at @int@;
-- The same of the payment methods.
ALTER TABLE billing_customer ADD COLUMN methods_fetched_at @int@;
