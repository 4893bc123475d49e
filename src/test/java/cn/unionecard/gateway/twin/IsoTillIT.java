package cn.unionecard.gateway.twin;

import java.io.IOException;
import java.util.List;

/** {@link TillContract} over ISO 8583. */
class IsoTillIT extends TillContract {
  private IsoTill till;

  @Override
  Till open(TwinHouse house, List<String> terminals, Ids ids) throws IOException {
    till = new IsoTill(house, terminals, ids);
    return till;
  }

  @Override
  String told() {
    return till.told();
  }
}
