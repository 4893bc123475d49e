/**
 * What people look at in a browser: the files of the pages, as they are served. Knows neither
 * callers nor transactions; the pages themselves ask the same contract as everybody else.
 */
@NullMarked
package cn.unionecard.gateway.pages;

import org.jspecify.annotations.NullMarked;
