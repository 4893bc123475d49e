package cn.unionecard.gateway.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.BenefitName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A public name that tells who may use a campaign is refused where it is written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublicNameIT {
  private String url;

  @BeforeAll
  void open() {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(
        url,
        1,
        "EAT-01",
        "{\"benefit\":{\"kind\":\"FIXED\",\"offFen\":1},\"funders\":"
            + "[{\"funder\":\"UNION\",\"org\":410800,\"shareBp\":10000}]}",
        1L);
  }

  private void rename(String name) {
    TestStores.execute(
        url, "UPDATE campaign SET public_name = '" + name.replace("'", "''") + "' WHERE id = 1");
  }

  @Test
  void isNeutralUnlessTheUnionGivesOne() {
    assertEquals(
        1,
        TestStores.number(
            url,
            "SELECT count(*) FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid"
                + " WHERE c.relname = 'campaign' AND pg_get_expr(adbin, adrelid) LIKE '%"
                + BenefitName.NEUTRAL
                + "%'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "工会会员优惠",
        "吃在焦作 工会会员九折",
        "餐饮满100减20",
        "消费助农限量立减6元",
        "解放区职工满50减10",
        "示范区商户满减",
        "观影健身立减15元",
        "绿色出行立减1元",
        "Tea time -10%"
      })
  void mayBeAnythingThatTellsNothing(String name) {
    rename(name);
    assertEquals(
        1,
        TestStores.number(url, "SELECT count(*) FROM campaign WHERE public_name = '" + name + "'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "困难职工帮扶满50减25",
        "新就业形态劳动者爱心餐",
        "劳动模范游览八折",
        "劳模专享",
        "低保户满减",
        "帮扶券",
        "骑手爱心餐",
        "困 难职工优惠",
        "困·难职工",
        "困．难",
        "困-难",
        "困\u200B难",
        "困\u3000难",
        "困難職工",
        "幫扶",
        "勞模",
        "殘疾人優惠",
        "新就業形態",
        "送温暖满减",
        "退役军人立减",
        "户外劳动者八折",
        "ＨＡＲＤＳＨＩＰ relief",
        "Low-Income",
        "",
        " 工会",
        "工会\n会员",
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一"
      })
  void mustNotTellWhoMayUseIt(String name) {
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> rename(name), name);
    assertTrue(
        String.valueOf(refused.getMessage()).contains("campaign_public_name_tells"),
        refused::getMessage);
  }
}
