-- Run after every migration: the months to come have their partitions; what is later still falls into
-- transaction_rest, and nothing is lost.
select make_transaction_partitions(current_date, 13);
