-- An audit that goes on from where the last one was finds the batches that were closed since by the transactions that fenced
-- them: the clocks of nodes do not say who was first.
create index batch_close_fence on batch_close (fence);
