"""What is remembered: conversations, turns, the ledger of writes, cases, the outbox."""
