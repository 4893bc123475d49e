-- What of differences waits for somebody: an index that holds only what is open.
create index settlement_case_waits on settlement_case (org) where state <> 'CLOSED';
