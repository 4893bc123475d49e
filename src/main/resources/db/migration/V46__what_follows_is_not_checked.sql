-- Every flight reads the text of each CHECK of the tables that it writes. What follows from others is not said again: a
-- limit that is not less than what was used, which is not below zero, is not below zero.

alter table allowance
  drop constraint if exists allowance_limit_fen_check,
  drop constraint if exists allowance_limit_count_check,
  drop constraint if exists allowance_day_limit_fen_check,
  drop constraint if exists allowance_day_limit_count_check;

-- order = what the member pays + discount, neither of them below zero
alter table transaction drop constraint if exists transaction_order_fen_check;
