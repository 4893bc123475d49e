package cn.unionecard.workbench.demo;

import java.util.List;

/** The six categories 吃住行游购娱, with their digit in merchant numbers and how shops are called. */
enum Trade {
  EAT(1, 30, List.of("烩面馆", "家常菜馆", "饺子馆", "快餐店", "面包房", "火锅城", "早餐铺", "茶餐厅")),
  STAY(2, 8, List.of("商务酒店", "快捷宾馆", "民宿", "大酒店")),
  TRANSPORT(3, 10, List.of("加油站", "停车场", "汽车租赁行", "公交卡服务点")),
  TOUR(4, 8, List.of("旅行社", "生态园", "采摘园", "山水游乐园")),
  SHOP(5, 34, List.of("超市", "便利店", "药房", "书店", "家电商场", "鲜果店", "农产品直营店", "百货商场")),
  ENTERTAIN(6, 10, List.of("影城", "健身馆", "游泳馆", "羽毛球馆", "剧场"));

  /** The category's digit in a merchant number. */
  final int digit;

  /** How many of the merchants are in this category, as a weight. */
  final int weight;

  /** How its shops are called. */
  final List<String> shops;

  Trade(int digit, int weight, List<String> shops) {
    this.digit = digit;
    this.weight = weight;
    this.shops = shops;
  }
}
