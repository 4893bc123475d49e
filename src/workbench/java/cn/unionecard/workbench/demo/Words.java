package cn.unionecard.workbench.demo;

import java.util.List;
import java.util.random.RandomGenerator;

/** The word lists that synthetic names are drawn from; whoever bears such a name is not meant. */
final class Words {
  private static final List<String> SURNAMES =
      List.of(
          ("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董"
                  + " 袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金 石 廖 贾 夏 韦 付 方 白"
                  + " 邹 孟 熊 秦 邱 江 尹 薛 闫 段 雷 侯 龙 史 陶 黎 贺 顾 毛 郝 龚 邵 万 钱 严 覃 武 戴 莫 孔 向 汤 欧阳"
                  + " 司马 上官 皇甫 诸葛 令狐")
              .split(" "));

  private static final String GIVEN =
      "安邦宝冰波博昌晨诚春达丹德东冬栋恩方芳飞菲峰凤福刚光广桂国海航浩和恒红宏虹洪华欢辉慧佳嘉建健江洁杰金锦晶静"
          + "娟军俊凯康可坤兰乐磊丽利莉连良亮林玲凌龙露璐梅美萌敏明娜宁培鹏平萍琪倩强巧琴青清晴庆秋泉群仁荣蓉瑞山珊善"
          + "胜诗石书淑帅双顺思松涛天婷彤万薇为伟文武曦喜霞先晓欣新鑫兴星秀旭学雪雅岩艳燕阳洋叶怡毅英莹颖永勇友宇雨玉"
          + "元媛远月悦云泽哲珍振正芝志智忠子梓";

  private static final List<String> TRADE_NAMES =
      List.of(
          ("云禾 星槐 青麦 山雀 晴川 木棉 松语 北辰 南枝 溪石 知夏 朴树 竹外 鹿野 白露 谷雨 霜叶 春山 远帆 微澜 听泉 望舒 沐阳"
                  + " 禾穗 柿子红 石榴籽 小满 半亩 十里 百川 千禾 万象 同心 聚源 合力 惠众 友邻 乐途 安行 畅达 捷程 满庭 锦绣 瑞丰")
              .split(" "));

  private Words() {}

  /** A full name of two to four characters. */
  static String person(RandomGenerator random) {
    // The list runs from frequent to rare: the smaller of two draws prefers the frequent ones.
    int surname = Math.min(random.nextInt(SURNAMES.size()), random.nextInt(SURNAMES.size()));
    int characters = random.nextInt(100) < 28 ? 1 : 2;
    StringBuilder name = new StringBuilder(SURNAMES.get(surname));
    for (int i = 0; i < characters; i++) {
      name.append(GIVEN.charAt(random.nextInt(GIVEN.length())));
    }
    return name.toString();
  }

  /** The first character and one {@code *} for each further: what a till may show. */
  static String masked(String person) {
    return person.charAt(0) + "*".repeat(person.length() - 1);
  }

  /** The fanciful middle part of a company's or a shop's name. */
  static String tradeName(RandomGenerator random) {
    return TRADE_NAMES.get(random.nextInt(TRADE_NAMES.size()));
  }
}
