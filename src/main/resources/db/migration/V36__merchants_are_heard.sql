-- A merchant says what it has to say on a complaint that a union has put to it.

alter table complaint_step
  drop constraint complaint_step_hand_check,
  add constraint complaint_step_hand_check
    check (hand in ('OPENER', 'STAFF', 'MERCHANT', 'GATEWAY')),
  drop constraint complaint_step_hand,
  add constraint complaint_step_hand check ((hand in ('STAFF', 'MERCHANT')) = (staff is not null)),
  add constraint complaint_step_says check ((step = 'SAY') = (hand = 'MERCHANT')
    and (step <> 'SAY' or text is not null));

insert into complaint_transition values ('SAY', 'ANSWERING', 'ANSWERING');
