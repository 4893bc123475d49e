-- The days stand beside it and can be set otherwise: what a law, or this house, wants is said without them.
update retention set basis = case what
  when 'LEFT_MEMBER' then '个人信息保护法第十九条、第四十七条：目的已实现或无法实现的个人信息应当删除'
  when 'PERSONAL_READ' then '网络安全法第二十一条：网络日志留存不少于六个月'
  when 'DATA_REQUEST' then '个人信息保护法第五十六条：处理情况记录至少保存三年'
  when 'CARD_CODE' then '本系统规则：绑卡码使用或过期后，到期删除'
  when 'MEMBER_LIST' then '个人信息保护法第十九条：搁置的名册，到期删除其中人员的索引'
  end;
