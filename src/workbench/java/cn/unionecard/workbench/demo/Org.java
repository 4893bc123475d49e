package cn.unionecard.workbench.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * A trade-union organisation: a row of table {@code org}.
 *
 * @param code the province-wide text code: {@code 41}, {@code 41.08}, {@code 41.08.02.0017}
 * @param areaCode GB/T 2260
 * @param path ids from the root down to this one
 */
record Org(int id, String code, Kind kind, String name, int areaCode, List<Integer> path) {
  enum Kind {
    PROVINCE,
    CITY,
    COUNTY,
    DISTRICT,
    ZONE,
    INDUSTRY,
    CITY_DIRECT,
    PRIMARY
  }

  Org {
    path = List.copyOf(path);
  }

  /** The root of the tree. */
  static Org root(int id, String code, Kind kind, String name) {
    return new Org(id, code, kind, name, id, List.of(id));
  }

  /** An organisation right below this one; its code continues this one's. */
  Org child(int childId, String suffix, Kind childKind, String childName, int childArea) {
    List<Integer> childPath = new ArrayList<>(path);
    childPath.add(childId);
    return new Org(childId, code + "." + suffix, childKind, childName, childArea, childPath);
  }

  boolean isRoot() {
    return path.size() == 1;
  }

  /** The id of the organisation right above; the root has none. */
  int parent() {
    return path.get(path.size() - 2);
  }
}
