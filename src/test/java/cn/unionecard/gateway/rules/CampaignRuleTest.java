package cn.unionecard.gateway.rules;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rule half understood spends money: every fault is refused by name. */
class CampaignRuleTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | no JSON",
        "{'benefit':{'kind':'MAGIC'}} | MAGIC",
        "{'benefit':{'kind':'FIXED','offFen':0},'funders':[]} | offFen",
        "{'benefit':{'kind':'FIXED','offFen':1.5},'funders':[]} | offFen",
        "{'benefit':{'kind':'PERCENT','basisPoints':10001,'capFen':1},'funders':[]} | basisPoints",
        "{'benefit':{'kind':'THRESHOLD','thresholdFen':1,'offFen':2},'funders':[]} | thresholdFen",
        "{'benefit':{'kind':'FIXED','offFen':1},'funders':[]} | sum to 0",
        "{'benefit':{'kind':'FIXED','offFen':1},'funders':[{'funder':'UNION','shareBp':10000}]} | org",
        "{'benefit':{'kind':'FIXED','offFen':1,'cap':2},'funders':[]} | cap",
        "{'benfit':{}} | benfit",
        "{'benefit':{'kind':'FIXED','offFen':1,'offFen':2}} | Duplicate",
        "{'benefit':{'kind':'PERCENT','basisPoints':100},'funders':[]} | capFen"
      })
  void everyFaultIsNamed(String rule, String named) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> CampaignRule.parse(1, "C", "n", true, 0, 1, rule.replace('\'', '"')));
    assertTrue(String.valueOf(e.getMessage()).contains(named), e::toString);
  }
}
