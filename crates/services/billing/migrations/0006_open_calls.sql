-- The calls to Stripe that were not made yet, by their age: few of all there ever were.
CREATE INDEX stripe_intent_open ON stripe_intent (created_at) WHERE state = 'open';
