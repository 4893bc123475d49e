package cn.unionecard.gateway.twin;

import java.util.List;

/** {@link TillContract} over HTTPS. */
class JsonTillIT extends TillContract {
  private JsonTill till;

  @Override
  Till open(TwinHouse house, List<String> terminals, Ids ids) {
    till = new JsonTill(house, ids);
    return till;
  }

  @Override
  String told() {
    return till.told();
  }
}
