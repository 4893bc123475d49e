-- An audit that goes on from where the last one was walks from new rows to the ones they belong to; so to batches that were
-- closed lately.
create index batch_close_at on batch_close (closed_at);
